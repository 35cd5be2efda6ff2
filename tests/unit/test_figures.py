"""Figures: what is cropped, what counts as another picture, what is never in one, what is kept."""

import io
from random import Random

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from rtc_guide.checks.figure_run import record_figures, strays
from rtc_guide.checks.running import RunError
from rtc_guide.figures import encoding, keeping
from rtc_guide.figures.comparing import difference
from rtc_guide.figures.cropping import LEAST_HEIGHT, WIDTH, Box, around, crop
from rtc_guide.figures.encoding import Film, PictureTooLarge, Still
from rtc_guide.figures.filming import Reel
from rtc_guide.figures.keeping import Outcome
from rtc_guide.figures.secrecy import Secrets, SecretShown

WINDOW = Box(0, 0, 800, 520)
LIGHT, DARK = ("white", (33, 33, 33)), ((17, 17, 17), (224, 224, 224))


def screen(label: str, colors: tuple[object, object] = LIGHT, shift: int = 0) -> Image.Image:
    """Draw a small screen: a bar, a sentence and a label, two pixels for each of a screen."""
    ground, ink = colors
    image = Image.new("RGB", (700, 260), ground)
    font = ImageFont.load_default(26)
    said = ["File  Edit  View  Run  Kernel", "Only authenticated users", label]
    for row, text in enumerate(said):
        ImageDraw.Draw(image).text((40 + shift, 30 + 70 * row), text, ink, font)
    return image


def test_a_large_area_keeps_its_color_where_others_are_made_fewer():
    grey = (245, 245, 245)
    picture = Image.new("RGB", (400, 300), grey)
    many = Image.frombytes("RGB", (200, 150), Random(0).randbytes(200 * 150 * 3))
    picture.paste(many, (100, 75))
    kept = Image.open(io.BytesIO(Still(picture).encoded()))
    assert kept.mode == "P"
    assert kept.convert("RGB").getpixel((10, 10)) == grey


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("now", ["Copy Moved Link", "Copy Stare Link", "Copy Link"])
def test_another_word_is_noticed(colors, now):
    assert difference(screen("Copy Share Link", colors), screen(now, colors))


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_color_of_a_word_is_noticed(colors):
    ground, _ = colors
    assert difference(screen("Link", (ground, "#c22")), screen("Link", (ground, "#2c2")))


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_another_encoder_is_not_noticed(colors):
    picture = screen("Copy Share Link", colors)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=90)
    assert difference(picture, Image.open(jpeg)) is None
    assert difference(picture, picture.quantize(64)) is None


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_other_edges_of_glyphs_are_not_noticed(colors):
    picture = screen("Copy Share Link", colors)
    quarter = (1, 0, 0.25, 0, 1, 0)
    moved = picture.transform(
        picture.size, Image.Transform.AFFINE, quarter, Image.Resampling.BICUBIC
    )
    assert ImageChops.difference(picture, moved).getbbox()
    assert difference(picture, moved) is None


def test_one_pixel_to_the_side_is_not_noticed():
    assert difference(screen("Copy Share Link"), screen("Copy Share Link", shift=1)) is None


def test_another_place_or_size_is_noticed():
    assert difference(screen("Link"), screen("Link", shift=6))
    found = difference(screen("Link"), screen("Link").crop((0, 0, 700, 240)))
    assert found
    assert "700×260 pixels and is 700×240" in found.why


def test_a_still_has_the_width_of_a_page_and_its_focus_in_it():
    part = crop([Box(700, 300, 40, 20)], WINDOW)
    assert (part.width, part.x) == (WIDTH, 800 - WIDTH)
    assert part.height >= LEAST_HEIGHT
    assert part.y < 300 < 320 < part.bottom


def test_an_edge_of_the_window_that_is_near_is_shown():
    assert crop([Box(100, 80, 40, 20)], WINDOW).y == 0
    assert crop([Box(100, 400, 40, 20)], WINDOW).bottom == 520


def test_what_is_larger_than_the_window_is_all_of_it():
    assert crop([Box(-10, -10, 900, 900)], WINDOW) == WINDOW
    assert crop([], WINDOW) == WINDOW
    with pytest.raises(ValueError, match="nothing"):
        around([])


SECRETS = Secrets("c221b789becf713f", 12345, "machine7", "somebody", declared="Ada")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("http://x/lab?token=c221b…", "a part of the server's token"),
        ("becf713f", "a part of the server's token"),
        ("http://127.0.0.1:12345/lab", "the server's port"),
        ("Welcome to Machine7!", "this machine's name"),
        ("/home/somebody/lesson.ipynb", "this machine's user's name"),
    ],
)
def test_a_picture_with_a_secret_is_refused(text, what):
    with pytest.raises(SecretShown, match=what) as refused:
        SECRETS.refuse(f"File Edit\n{text}\n")
    assert text not in str(refused.value)


def test_other_words_and_numbers_pass():
    SECRETS.refuse("somebodyelse 123456 1234 c22 machine77 http://jupyter.example.edu?token=…")


def test_a_name_that_the_page_gives_may_be_the_machine_s():
    Secrets("c221b789", 1, "host", "ada", declared="owner Ada").refuse("Ada is here")


def test_the_beginning_of_a_token_is_taken_out_of_a_link():
    veiled = SECRETS.veiled("http://x/lab?token=c221b…")
    assert veiled == "http://x/lab?token=…"
    SECRETS.refuse(veiled)


def test_a_picture_is_replaced_only_where_it_differs_to_the_eye(tmp_path):
    aside, target = tmp_path / "aside", tmp_path / "images" / "a.png"
    share = Still(screen("Share"))
    first = keeping.keep("images/a.png", share, tmp_path, aside)
    assert (first.outcome, target.exists()) == (Outcome.MISSING, True)
    assert keeping.keep("images/a.png", share, tmp_path, aside).outcome is Outcome.SAME_BYTES

    screen("Share").save(target, compress_level=1)
    before = target.read_bytes()
    assert keeping.keep("images/a.png", share, tmp_path, aside).outcome is Outcome.SAME_TO_THE_EYE
    assert target.read_bytes() == before

    moved = Still(screen("Moved"))
    assert keeping.keep("images/a.png", moved, tmp_path, aside).outcome is Outcome.STALE
    assert target.read_bytes() == moved.encoded()


def test_comparing_writes_nothing_into_the_book_and_leaves_both_side_by_side(tmp_path):
    aside, target = tmp_path / "aside", tmp_path / "images" / "a.png"
    gone = keeping.compare("images/a.png", Still(screen("Share")), tmp_path, aside)
    assert (gone.outcome, target.exists()) == (Outcome.MISSING, False)

    keeping.keep("images/a.png", Still(screen("Share")), tmp_path, aside)
    before = target.read_bytes()
    stale = keeping.compare("images/a.png", Still(screen("Moved")), tmp_path, aside)
    assert (stale.outcome, target.read_bytes()) == (Outcome.STALE, before)
    assert str(aside / "a.both.png") in stale.why
    assert Image.open(aside / "a.both.png").width > 2 * 700


def test_a_damaged_picture_is_stale(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_text("oops")
    told = keeping.compare("images/a.png", Still(screen("A")), tmp_path, tmp_path / "aside")
    assert (told.outcome, told.why) == (Outcome.STALE, "the file is no such picture, or damaged")


@pytest.mark.parametrize("part", [0, 0.5, 0.95])
def test_a_picture_that_is_cut_off_is_stale(tmp_path, part):
    pictures = {
        "images/a.png": Still(screen("A")),
        "images/a.webp": Film((screen("A"), screen("B")), (100, 200)),
    }
    for name, picture in pictures.items():
        keeping.keep(name, picture, tmp_path, tmp_path / "aside")
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: int(len(whole) * part)])
        kept = keeping.keep(name, picture, tmp_path, tmp_path / "aside")
        assert kept.outcome is Outcome.STALE
        assert (tmp_path / name).read_bytes() == whole


def test_a_still_in_place_of_an_animation_is_stale(tmp_path):
    film = Film((screen("A"), screen("B")), (100, 200))
    keeping.keep("images/a.webp", Still(screen("A")), tmp_path, tmp_path / "aside")
    told = keeping.compare("images/a.webp", film, tmp_path, tmp_path / "aside")
    assert told.outcome is Outcome.STALE


def test_a_picture_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(encoding, "LARGEST_STILL", 100)
    with pytest.raises(PictureTooLarge, match=r"more than 0: crop it"):
        Still(screen("Share")).encoded()


def test_an_animation_is_compared_frame_by_frame():
    film = Film((screen("A"), screen("Share")), (100, 200))
    assert film.difference_from(film.encoded()) is None
    other = Film((screen("A"), screen("Moved")), (100, 200))
    found = other.difference_from(film.encoded())
    assert found
    assert found.why.startswith("frame 2: ")
    slower = Film(film.frames, (100, 300))
    assert slower.difference_from(film.encoded())


def test_an_animation_plays_once():
    encoded = Film((screen("A"), screen("B")), (100, 200)).encoded()
    assert Image.open(io.BytesIO(encoded)).info["loop"] == 1


def test_a_pointer_moves_to_what_is_ringed_and_the_ring_tells_most():
    reel = Reel(labels=())
    reel.show([screen("Share")])
    ringed = screen("Ringed")
    reel.point(0, 100, 50, ringed)
    reel.show([screen("Done")])
    film = reel.film()
    assert len(film.frames) > 5
    ring = film.frames[-2]
    assert reel.still().image == ring
    # The pointer is where it was sent, the rest is as it was taken.
    box = ImageChops.difference(ring, ringed).getbbox()
    assert box
    assert box[:2] == pytest.approx((200, 100), abs=4)


def test_two_windows_stand_side_by_side_below_their_names():
    reel = Reel(labels=("Ada", "Ben"))
    reel.show([screen("A"), screen("B")])
    frame = reel.film().frames[0]
    assert frame.width > 2 * 700
    assert ImageChops.difference(frame.crop((0, 56, 700, 316)), screen("A")).getbbox() is None


def test_a_picture_that_no_page_shows_is_found(write_page, tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "images").mkdir()
    for name in ("a.png", "a.dark.png", "b.png"):
        (tmp_path / "images" / name).touch()
    write_page(":::{ui:picture} images/a.png\n:alt: A\n\nHere.\n:::\n", "book/one.md")
    assert strays(tmp_path) == ["images/b.png"]


def test_a_figure_that_nobody_asks_for_is_told_with_those_that_are(write_page, monkeypatch):
    page = write_page("# Nothing\n")
    page.parent.joinpath("book").mkdir()
    monkeypatch.chdir(page.parent)
    with pytest.raises(RunError, match="no walkthrough has a figure “x”; known: "):
        record_figures(("x",))


def test_a_book_without_figures_is_told_and_not_checked_instead(write_page, monkeypatch):
    monkeypatch.chdir(write_page("# Nothing\n").parent)
    with pytest.raises(RunError, match="no page asks for a figure"):
        record_figures(())
    assert strays(write_page("").parent) == []
