"""`limner gan`."""

from __future__ import annotations

from limner.cli.gan import PRESETS
from limner.methods.gan_dynamics import presets


def test_every_preset_can_be_named():
    assert tuple(one.name for one in presets.PRESETS) == PRESETS


def test_gan_prints_the_stable_json(limner):
    said = limner(
        "gan", "--preset", "wgan-gp", "--c", "0", "--dim", "1", "--steps", "10", "--json"
    ).json
    assert (said["method"], said["preset"], said["continuous"]) == (
        "gan_dynamics",
        "wgan-gp",
        "converges",
    )
    assert len(said["eigenvalues"]) == 2 and abs(said["largest_stable_step"] - 0.2) < 1e-6
    assert "portrait" not in said


def test_gan_prints_verdicts_for_people_and_writes_a_page(limner, tmp_path):
    page = tmp_path / "gan.html"
    said = limner("gan", "--preset", "r1", "--dim", "1", "--steps", "10", "--html", str(page))
    assert said.status == 0
    assert "gradient flow converges" in said.out and "alternating" in said.out
    assert "−0.25 + 0.433i" in page.read_text("utf-8")


def test_gan_refuses_in_one_sentence(limner):
    for wrong in (("--start", "a,b"), ("--step", "0"), ("--dim", "0"), ("--ema", "1")):
        said = limner("gan", "--preset", "wgan", *wrong)
        assert said.status == 2 and said.err.count("\n") == 1
