"""The programs of the rule tests for linear algebra and Fourier transforms: text, shapes, kind."""

Program = tuple[str, tuple[tuple[int, ...] | None, ...], str]

FOURIER: list[Program] = [
    *((f"np.fft.fft(x{o})", ((3, 5),), k) for o in ("", ", n=7", ", 3, 0") for k in ("", "c")),
    *((f"np.fft.ifft(x{o})", ((3, 5),), "c") for o in ("", ", n=3", ", norm='ortho'")),
    *(
        (f"np.fft.{name}(x{options})", ((3, 5),), "")
        for name in ("rfft", "ihfft")
        for options in ("", ", n=8", ", n=4", ", axis=0, norm='ortho'", ", norm='forward'")
    ),
    *(
        (f"np.fft.{name}(x{options})", ((3, 5),), "c")
        for name in ("irfft", "hfft")
        for options in ("", ", n=7", ", n=12", ", axis=0, norm='ortho'", ", norm='forward'")
    ),
    ("np.fft.irfft(x, n=5)", ((3, 5),), ""),
    ("np.fft.hfft(x, axis=0)", ((3, 5),), ""),
    *((f"np.fft.{name}(x)", ((2, 3, 4),), k) for name in ("fft2", "ifft2", "ifftn") for k in "c"),
    *(
        (f"np.fft.{name}(x{options})", ((2, 3, 4),), kind)
        for name in ("fftn", "irfft2", "irfftn")
        for options in ("", ", axes=(0, 1), norm='ortho'", ", (2, 5), (1, 2)")
        for kind in ("c", "")
    ),
    *(
        (f"np.fft.{name}(x{options})", ((2, 3, 4),), "")
        for name in ("rfft2", "rfftn")
        for options in ("", ", axes=(-1, 0)", ", (2, 5), (1, 2)", ", (-1, 7), (0, 2)")
    ),
    ("np.fft.fftn(x, (2, 6), axes=(-2, -1))", ((2, 3, 4),), "c"),
    ("np.fft.fftn(x, axes=(0,))", ((2, 3, 4),), ""),
    ("np.fft.rfft(x)", ((1,),), ""),
    ("np.fft.irfft(x, 1)", ((1,),), "c"),
    ("np.fft.fft(x)", ((0, 3),), ""),
    ("np.fft.fftshift(x)", ((3, 4),), ""),
    ("np.fft.fftshift(x, axes=1)", ((3, 4),), "c"),
    ("np.fft.ifftshift(x, (0,))", ((3, 4),), ""),
    ("np.fft.fftfreq(5, x)", (None,), ""),
    ("np.fft.rfftfreq(5, d=x)", (None,), ""),
    ("np.fft.irfft(np.fft.rfft(x) * np.exp(-np.arange(4.0)), n=6)", ((6,),), ""),
]  # fmt: skip
