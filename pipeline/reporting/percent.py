"""Shares as percentages for a reader."""


def percent(share: float, *, sign: bool = True) -> str:
    """Write a share without decimals; 100 and 0 are kept for what is all and nothing.

    >>> percent(0.844), percent(0.999), percent(1), percent(0.003), percent(0), percent(0.5, sign=False)
    ('84%', '>99%', '100%', '<1%', '0%', '50')
    """
    whole = round(100 * share)
    if whole == 100 and share < 1:
        text = ">99"
    elif whole == 0 and share > 0:
        text = "<1"
    else:
        text = str(whole)
    return text + "%" * sign


def with_interval(share: float, low: float, high: float) -> str:
    """Write a share and its interval.

    >>> with_interval(0.75, 0.66, 0.84)
    '75%（66–84%）'
    """
    return f"{percent(share)}（{percent(low, sign=False)}–{percent(high)}）"
