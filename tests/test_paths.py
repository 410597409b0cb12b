"""Where the project is, from wherever one stands."""

from pipeline.paths import find_root


def test_the_nearest_project_above_is_found(tmp_path):
    for project in ("ours", "package"):
        (tmp_path / project / "data" / "raw").mkdir(parents=True)
    (tmp_path / "ours" / "notebooks").mkdir()
    (tmp_path / "elsewhere").mkdir()
    package = tmp_path / "package"
    assert find_root(tmp_path / "ours" / "notebooks", package) == tmp_path / "ours"
    assert find_root(tmp_path / "ours", package) == tmp_path / "ours"
    assert find_root(tmp_path / "elsewhere", package) == package
    assert find_root(tmp_path / "elsewhere", tmp_path / "site-packages") == tmp_path / "elsewhere"
