"""Functions that are differentiated as programs: a few lines of simpler code stand for each.

A function that has a rule as well is a program for the calls that its rule does not speak about.
"""

import bisect
import functools
import heapq
import itertools
import statistics

import numpy as np

constant(programs._upto)
constant(programs.stepped, programs.unique_places, programs.width_of, programs.masks_of)

# Joining and differences
program(np.r_, programs.joined_rows)
program(np.c_, programs.joined_columns)
program(np.diff, programs.differences)
program(np.ediff1d, programs.differences_flat)
program(np.linspace, programs.linspace_with_step)
program(np.cumulative_sum, programs.cumulative_sum)
program(np.cumulative_prod, programs.cumulative_prod)
program(np.nancumprod, programs.product_without_nan)

program(np.sum, moments.sum_from)
program(np.prod, moments.product_from)
program(np.add.reduce, moments.reduced_sum_from)
program(np.multiply.reduce, moments.reduced_product_from)
program(np.nansum, moments.sum_without_nan_from)
program(np.nanprod, moments.product_without_nan_from)
program(np.var, moments.variance_about)
program(np.std, moments.deviation_about)
constant(moments.weighted_places)
program(np.quantile, moments.weighted_quantile)
program(np.percentile, moments.weighted_percentile)
program(np.nanquantile, moments.weighted_quantile)
program(np.nanpercentile, moments.weighted_percentile)

# Methods of ufuncs
constant(ufuncs.places_of, ufuncs.kept_shape, ufuncs.spans_of)
program(ufuncs.scattered, ufuncs.scattered_loop)
program(ufuncs.scattered_each, ufuncs.scattered_each_loop)
program(ufuncs.reduced, ufuncs.reduced_loop)
program(ufuncs.accumulated, ufuncs.accumulated_loop)
program(ufuncs.reduced_at, ufuncs.reduced_at_loop)

# Statistics
program(np.average, programs.averaged)
program(np.cov, programs.covariance)
program(np.corrcoef, programs.correlation)
program(np.nanmedian, moments.nan_median)
program(np.nanquantile, moments.nan_quantile)
program(np.nanpercentile, moments.nan_percentile)
program(np.histogram, programs.histogram)
program(np.histogram2d, programs.histogram2d)
program(np.histogramdd, programs.histogram_nd)
program(np.histogram_bin_edges, programs.bin_edges)

# Selection
program(np.unique, programs.unique_parts)
program(np.union1d, programs.union)
program(np.intersect1d, programs.intersection)
program(np.setdiff1d, programs.set_difference)
program(np.setxor1d, programs.set_exclusive)

# Functions given functions
program(np.piecewise, programs.piecewise)
program(np.apply_along_axis, programs.along_axis)
program(np.apply_over_axes, programs.over_axes)
program(np.fromfunction, programs.from_function)
program(np.ndenumerate, programs.enumerated)

# Polynomials
program(np.poly, polynomials.poly)
program(np.polyadd, polynomials.polyadd)
program(np.polysub, polynomials.polysub)
program(np.polymul, polynomials.polymul)
program(np.polydiv, polynomials.polydiv)
program(np.polyint, polynomials.polyint)
program(np.polyfit, polynomials.polyfit)

# Python's sequences
program(functools.reduce, sequences.reduced)
program(functools.reduce, sequences.reduced_from)
program(itertools.accumulate, sequences.accumulated)
program(itertools.accumulate, sequences.accumulated_by)
program(itertools.accumulate, sequences.accumulated_from)
program(itertools.chain, sequences.joined)
program(itertools.product, sequences.products)
program(itertools.combinations, sequences.combinations)
program(itertools.permutations, sequences.permutations)
program(itertools.pairwise, sequences.pairs)
program(itertools.islice, sequences.sliced)
program(itertools.takewhile, sequences.taken_while)
program(itertools.dropwhile, sequences.dropped_while)
program(map, sequences.mapped)
program(map, sequences.mapped_pairs)
program(map, sequences.mapped_triples)
program(filter, sequences.filtered)
program(zip, sequences.zipped)
program(zip, sequences.zipped_three)
program(enumerate, sequences.enumerated_from)
program(reversed, sequences.turned)
program(max, sequences.largest)
program(max, sequences.largest_by)
program(max, sequences.largest_of_by)
program(max, sequences.largest_or)
program(max, sequences.largest_by_or)
program(min, sequences.smallest)
program(min, sequences.smallest_by)
program(min, sequences.smallest_of_by)
program(min, sequences.smallest_or)
program(min, sequences.smallest_by_or)
program(statistics.mean, statistics.fmean, sequences.mean)
program(statistics.variance, sequences.variance)
program(statistics.pvariance, sequences.pvariance)
program(statistics.stdev, sequences.stdev)
program(statistics.pstdev, sequences.pstdev)
program(statistics.geometric_mean, sequences.geometric_mean)
program(statistics.harmonic_mean, sequences.harmonic_mean)
program(statistics.median, sequences.median)

# Padding that computes something: a pass along each axis
program(np.pad, programs.padded_by_statistic, mode="maximum")
program(np.pad, programs.padded_by_statistic, mode="minimum")
program(np.pad, programs.padded_by_statistic, mode="mean")
program(np.pad, programs.padded_by_statistic, mode="median")
program(np.pad, programs.padded_by_ramp, mode="linear_ramp")

# Heaps, and lists in order
program(heapq.heappush, heaps.pushed)
program(heapq.heappop, heaps.popped)
program(heapq.heapreplace, heaps.replaced)
program(heapq.heappushpop, heaps.pushed_and_popped)
program(heapq.heapify, heaps.made_a_heap)
program(heapq.nsmallest, heaps.smallest)
program(heapq.nlargest, heaps.largest)
program(bisect.insort, bisect.insort_right, heaps.put_in_order)
program(bisect.insort_left, heaps.put_in_order_before)
