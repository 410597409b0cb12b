"""Parameters: read from the notebook, checked before anything runs."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from pipeline.errors import ReportError
from pipeline.reporting.parameters import Parameter, check, declared, fit

CELL = """ledger: str = "x"  # folder
years: list[int] = []  # which years
share: float = 0.5
fast: bool = False  # skip figures
"""


@pytest.fixture
def notebook(tmp_path):
    def make(source=CELL, tags=("parameters",)):
        path = tmp_path / "with {braces}" / "sample.ipynb"
        path.parent.mkdir(exist_ok=True)
        cells = [new_code_cell(source, metadata={"tags": list(tags)})]
        kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
        return path

    return make


def test_names_types_and_comments_are_read(notebook):
    found = declared(notebook())
    assert list(found) == ["ledger", "years", "share", "fast"]
    assert found["years"] == Parameter("years", "list[int]", "[]", "which years")


@pytest.mark.parametrize(
    ("given", "fitted"),
    [
        ({}, {}),
        ({"years": [2019, 2021]}, {"years": [2019, 2021]}),
        ({"years": 2019}, {"years": [2019]}),
        ({"years": "2019，2021"}, {"years": [2019, 2021]}),
        ({"share": 1, "fast": "否"}, {"share": 1.0, "fast": False}),
        ({"ledger": "一"}, {"ledger": "一"}),
    ],
)
def test_what_fits_is_taken(notebook, given, fitted):
    assert check(notebook(), given) == fitted


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"year": 2019}, "sample.ipynb 没有参数 year；可用的有：ledger、years、share、fast"),
        ({"years": "去年"}, r"sample.ipynb 的参数 years 应是 list\[int\]（which years），给的是 '去年'"),
        ({"years": [2019.5]}, r"应是 list\[int\]"),
        ({"years": [True]}, r"应是 list\[int\]"),
        ({"ledger": 3}, "应是 str（folder），给的是 3"),
        ({"fast": 1}, "应是 bool"),
        ({"fast": "maybe"}, "应是 bool"),
        ({"share": None}, "参数 share 应是 float，给的是 None"),
    ],
)
def test_what_does_not_fit_is_refused_with_name_choices_and_notebook(notebook, given, said):
    with pytest.raises(ReportError, match=said):
        check(notebook(), given)


def test_a_notebook_without_parameters_is_refused(notebook):
    with pytest.raises(ReportError, match="没有标为 parameters 的格"):
        declared(notebook(tags=()))


def test_a_parameter_without_a_type_is_refused(notebook):
    with pytest.raises(ReportError, match="参数 x 的类型是 None；可用的有 str、int、float、bool"):
        declared(notebook("x = 3"))


@pytest.mark.parametrize("kind", ["int", "float", "bool"])
def test_a_word_that_is_no_number_is_no_number(kind):
    with pytest.raises(ValueError, match="x"):
        fit("x", kind)
