//! Photos, drawings, recordings, files, codes and places in a checklist: each by touch and by keyboard, empty and answered,
//! refused, over a turned screen, a quick "next" and the sudden end of the app.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use thirtyfour::Key;
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    media::{Row, form},
    pages::{Desk, Phone, Visit, question},
    photos,
};

use crate::look::{look, look_in_english};

/// All questions of this part, a page each group.
const GALLERY: [Row; 33] = [
    ["begin_group", "photos", "照片页", "Photos", "field-list", ""],
    ["image", "photo", "房屋照片", "Photo of the house", "", "max-pixels=800"],
    ["image", "fresh", "现场照片", "Photo on the spot", "new", ""],
    ["image", "face", "本人照片", "Portrait", "new-front", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "drawings", "画图页", "Drawings", "field-list", ""],
    ["image", "sketch", "院子草图", "Sketch of the yard", "draw", ""],
    ["image", "sign", "农户签名", "Signature", "signature", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "marks", "标注页", "Marks", "field-list", ""],
    ["image", "crack", "裂缝在哪里", "Where the crack is", "annotate", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "sounds", "录音页", "Sounds", "field-list", ""],
    ["audio", "voice", "农户的话", "What they say", "", "quality=low"],
    ["video", "film", "山路录像", "Film of the road", "", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "papers", "文件页", "Papers", "field-list", ""],
    ["file", "paper", "诊断书", "Diagnosis", "", ""],
    ["barcode", "code", "农机编号", "Machine number", "", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "place", "位置页", "Place", "field-list", ""],
    ["geopoint", "house", "房屋位置", "Where the house is", "", "capture-accuracy=5 warning-accuracy=50"],
    ["geopoint", "well", "水井位置", "Where the well is", "placement-map", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "ways", "路线页", "Ways", "field-list", ""],
    ["geotrace", "road", "进村路线", "Way to the village", "", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "fields", "田块页", "Fields", "field-list", ""],
    ["geoshape", "field", "承包田", "Their field", "", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "last", "说明页", "The rest", "field-list", ""],
    ["text", "words", "说明", "Remarks", "", ""],
    ["end_group", "", "", "", "", ""],
];

/// A server with a checklist of its own, and a phone that is filling it.
struct World {
    server: Server,
    origin: String,
    profile: Profile,
    browser: Browser,
}

impl World {
    async fn begin(rows: &[Row]) -> Result<Self> {
        let server = Server::start().await?;
        let origin = server.origin();
        let profile = Profile::new()?;
        server.add_form(&form(profile.folder(), "1", rows)?).await?;
        // Closed once as a person does: a browser that is killed in its first minute has not kept who is signed in.
        let browser = Browser::open(&profile, "zh-CN").await?;
        Phone(&browser, &origin).sign_in().await?;
        browser.close().await?;
        let browser = Browser::open(&profile, "zh-CN").await?;
        let world = Self { server, origin, profile, browser };
        world.another().await?;
        Ok(world)
    }

    fn phone(&self) -> Phone<'_> {
        Phone(&self.browser, &self.origin)
    }

    fn visit(&self) -> Visit<'_> {
        Visit(&self.browser)
    }

    /// Begins a visit of the checklist.
    async fn another(&self) -> Result<()> {
        self.phone().open("/visit/new").await?;
        self.browser.tap("//button[normalize-space(.)='多媒体']").await?;
        self.browser.find("//header//h1").await.map(drop)
    }

    /// The app ends without a warning, and is opened again at the draft.
    async fn killed(self) -> Result<Self> {
        let Self { server, origin, profile, browser } = self;
        browser.kill().await?;
        let browser = Browser::open(&profile, "zh-CN").await?;
        let world = Self { server, origin, profile, browser };
        // The language that was chosen last may not have been on the disk.
        world.phone().open("/").await?;
        world.browser.script("localStorage.setItem('zhucun.lang', '\"zh-CN\"')").await?;
        world.browser.reload().await?;
        world.browser.tap("//section[contains(., '没写完')]//a").await?;
        world.browser.find("//header//h1").await?;
        Ok(world)
    }

    /// Finishes the visit, waits until all of it is on the server, and opens it at the desk.
    async fn at_the_desk(self) -> Result<(Browser, Server)> {
        self.visit().review().await?;
        self.visit().finish().await?;
        self.browser.tap_text("button", "回到今日").await?;
        self.phone().state("已全部上传").await?;
        self.browser.close().await?;
        let browser = Browser::open_wide(&Profile::new()?, "zh-CN").await?;
        let desk = Desk(&browser, &self.origin);
        desk.sign_in("yunling", "yunling-2026").await?;
        desk.open_village("石板村").await?;
        browser.tap("//tr[contains(@class,'desk-row')][contains(., '多媒体')]//a").await?;
        browser.find("//article[contains(@class,'told')]//*[self::dt or self::figure][not(ancestor::header)]").await?;
        Ok((browser, self.server))
    }

    fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.profile.folder().join(name);
        std::fs::write(&path, bytes)?;
        Ok(path)
    }
}

/// How long a sound or film on the page is, and whether it can be played: the browser reads it.
const PLAYS: &str = "const media = arguments[0];
    return new Promise((done) => {
        const tell = () => done(media.readyState >= 1 && !media.error);
        if (media.readyState >= 1 || media.error) tell();
        else for (const kind of ['loadedmetadata', 'error']) media.addEventListener(kind, tell, {once: true});
        media.load();
    })";

async fn plays(browser: &Browser, xpath: &str) -> Result<()> {
    let media = browser.find(xpath).await?;
    let plays = browser.driver.execute(PLAYS, vec![media.to_json()?]).await?.json().clone();
    ensure!(plays == true, "{xpath} does not play: {plays}");
    Ok(())
}

#[tokio::test]
async fn every_question_is_drawn_in_both_languages() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    let (browser, visit) = (&world.browser, world.visit());
    let pages = [
        ("照片页", "Photo of the house"),
        ("画图页", "Sketch of the yard"),
        ("标注页", "Where the crack is"),
        ("录音页", "What they say"),
        ("文件页", "Diagnosis"),
        ("位置页", "Where the house is"),
        ("路线页", "Way to the village"),
        ("田块页", "Their field"),
    ];
    for (number, (page, words)) in pages.into_iter().enumerate() {
        visit.at(page).await?;
        let name = format!("media-{}-empty", number + 1);
        // The part with these questions has come.
        browser.see_gone("正在加载").await?;
        look(browser, &name, "zh-CN").await?;
        look_in_english(browser, &name, words).await?;
        visit.at(page).await?;
        let next = pages.get(number + 1).map_or("说明页", |(page, _)| page);
        visit.next(next).await?;
    }
    world.browser.close().await
}

#[tokio::test]
async fn a_drawing_and_a_signature_outlive_a_turned_phone_a_quick_next_and_the_end_of_the_app() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    world.visit().next("画图页").await?;
    let (sketch, sign) = (question("院子草图"), question("农户签名"));
    world.visit().sign("院子草图").await?;
    world.visit().sign("农户签名").await?;
    look(&world.browser, "media-drawn", "zh-CN").await?;
    let (drawn, signed) = (world.browser.ink(&sketch).await?, world.browser.ink(&sign).await?);
    ensure!(drawn > 20 && signed > 20, "no ink: {drawn}, {signed}");

    world.browser.turn(true).await?;
    let is_turned = async || Ok(world.browser.script("return innerWidth").await?.as_u64() == Some(640));
    eventually("the turned screen", is_turned).await?;
    eventually("the drawing on its side", async || Ok(world.browser.ink(&sketch).await? > drawn / 2)).await?;
    look(&world.browser, "media-drawn-turned", "zh-CN").await?;
    world.browser.turn(false).await?;
    eventually("the drawing upright", async || Ok(world.browser.ink(&sketch).await? > drawn / 2)).await?;

    // One more stroke, the next page at once, and the end: nothing was waited for but the word.
    world.visit().sign("院子草图").await?;
    world.visit().next("标注页").await?;
    world.visit().saved().await?;
    let world = world.killed().await?;
    world.visit().previous("画图页").await?;
    eventually("the drawing", async || Ok(world.browser.ink(&sketch).await? >= drawn)).await?;
    eventually("the signature", async || Ok(world.browser.ink(&sign).await? > signed / 2)).await?;

    // Cleared, brought back, and the last stroke undone.
    let all = world.browser.ink(&sketch).await?;
    world.visit().button("院子草图", "全部清除").await?;
    eventually("a blank paper", async || Ok(world.browser.ink(&sketch).await? == 0)).await?;
    world.visit().button("院子草图", "恢复画的").await?;
    eventually("the drawing again", async || Ok(world.browser.ink(&sketch).await? == all)).await?;
    world.visit().button("院子草图", "撤销一笔").await?;
    world.visit().saved().await?;

    let (desk, _server) = world.at_the_desk().await?;
    for label in ["院子草图", "农户签名"] {
        desk.find(&format!("//figure[contains(., '{label}')]//img")).await?;
    }
    look(&desk, "media-desk-drawn", "zh-CN").await?;
    desk.close().await
}

#[tokio::test]
async fn who_cannot_draw_signs_by_keyboard() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    world.visit().next("画图页").await?;
    world.browser.tab_to("改用键盘输入姓名").await?;
    world.browser.key(Key::Enter).await?;
    world.browser.tab_to("签名人姓名").await?;
    world.browser.keys("何德贵").await?;
    world.visit().saved().await?;
    look(&world.browser, "media-typed-name", "zh-CN").await?;
    let world = world.killed().await?;
    ensure!(world.visit().filled("农户签名").await? == "何德贵", "the typed name is lost");
    // Back to the hand, and to the keyboard again.
    world.visit().button("农户签名", "改回手写").await?;
    world.visit().sign("农户签名").await?;
    world.visit().button("农户签名", "全部清除").await?;
    world.visit().button("农户签名", "改用键盘输入姓名").await?;
    world.visit().fill("农户签名", "何德贵").await?;
    world.visit().saved().await?;
    let (desk, _server) = world.at_the_desk().await?;
    const WIDTH: &str = "return document.querySelector('figure img').naturalWidth";
    desk.find("//figure[contains(., '农户签名')]//img").await?;
    eventually("the signature", async || Ok(desk.script(WIDTH).await?.as_u64() == Some(1000))).await?;
    look(&desk, "media-desk-typed", "zh-CN").await?;
    desk.close().await
}

#[tokio::test]
async fn a_photo_is_drawn_on_and_sent_with_what_was_drawn() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    world.visit().next("画图页").await?;
    world.visit().next("标注页").await?;
    let crack = question("裂缝在哪里");
    let photo = photos::jpeg(&world.browser, world.profile.folder()).await?;
    world.browser.give_file(&crack, &photo).await?;
    world.browser.find(&format!("{crack}//div[@class='marked']//img")).await?;
    world.visit().says("裂缝在哪里", "可以用手指在照片上画").await?;
    world.visit().sign("裂缝在哪里").await?;
    let inked = world.browser.ink(&crack).await?;
    ensure!(inked > 20, "no ink on the photo: {inked}");
    look(&world.browser, "media-marked", "zh-CN").await?;
    look_in_english(&world.browser, "media-marked", "Undo stroke").await?;
    let world = world.killed().await?;
    eventually("what was drawn", async || Ok(world.browser.ink(&crack).await? > inked / 2)).await?;
    let (desk, _server) = world.at_the_desk().await?;
    // Red on the photo, where nothing was red before.
    const REDS: &str = "const image = document.querySelector('figure img');
        if (!image.naturalWidth) return 0;
        const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
        const pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0);
        const points = pen.getImageData(0, 0, canvas.width, canvas.height).data;
        let reds = 0;
        for (let n = 0; n < points.length; n += 4) if (points[n] > 170 && points[n + 1] < 60 && points[n + 2] < 60) reds++;
        return reds;";
    desk.find("//figure[contains(., '裂缝在哪里')]//img").await?;
    eventually("red ink", async || Ok(desk.script(REDS).await?.as_u64().unwrap_or_default() > 200)).await?;
    look(&desk, "media-desk-marked", "zh-CN").await?;
    desk.close().await
}

#[tokio::test]
async fn a_recording_is_kept_when_the_page_is_turned_and_heard_at_the_desk() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    world.visit().open_part("录音页").await?;
    world.browser.permit(&world.origin, "microphone", false).await?;
    world.visit().button("农户的话", "录音").await?;
    world.visit().says("农户的话", "手机没有允许使用麦克风").await?;
    look(&world.browser, "media-refused", "zh-CN").await?;
    look_in_english(&world.browser, "media-refused-english", "What they say").await?;

    world.browser.permit(&world.origin, "microphone", true).await?;
    world.visit().button("农户的话", "录音").await?;
    world.visit().says("农户的话", "正在录音 0:02").await?;
    look(&world.browser, "media-recording", "zh-CN").await?;
    world.visit().next("文件页").await?;
    world.visit().previous("录音页").await?;
    world.visit().says("农户的话", "录音 ·").await?;
    plays(&world.browser, &format!("{}//audio", question("农户的话"))).await?;

    // Deleted, back, and another one.
    world.visit().button("农户的话", "删除").await?;
    world.visit().button("农户的话", "撤销删除").await?;
    world.visit().says("农户的话", "录音 ·").await?;
    world.visit().saved().await?;
    let world = world.killed().await?;
    plays(&world.browser, &format!("{}//audio", question("农户的话"))).await?;
    look(&world.browser, "media-recorded", "zh-CN").await?;
    look_in_english(&world.browser, "media-recorded", "Recording ·").await?;

    let (desk, _server) = world.at_the_desk().await?;
    let answer = Desk(&desk, "").answer("农户的话").await?;
    ensure!(answer.contains("录音 ·") && answer.contains("KB"), "no size: {answer}");
    plays(&desk, "//dd//audio").await?;
    look(&desk, "media-desk-recorded", "zh-CN").await?;
    desk.close().await
}

#[tokio::test]
async fn a_phone_that_dies_while_it_records_has_kept_the_beginning() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    world.visit().open_part("录音页").await?;
    world.browser.permit(&world.origin, "microphone", true).await?;
    world.visit().button("农户的话", "录音").await?;
    world.visit().says("农户的话", "正在录音 0:0").await?;
    world.visit().saved().await?;
    world.visit().says("农户的话", "正在录音 0:06").await?;
    let world = world.killed().await?;
    world.visit().says("农户的话", "录音 ·").await?;
    plays(&world.browser, &format!("{}//audio", question("农户的话"))).await?;
    world.browser.close().await
}

#[tokio::test]
async fn a_film_is_recorded_and_a_file_of_one_that_is_too_large_is_refused() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    world.visit().open_part("录音页").await?;
    for what in ["microphone", "camera"] {
        world.browser.permit(&world.origin, what, true).await?;
    }
    world.visit().button("山路录像", "录像").await?;
    world.visit().says("山路录像", "正在录像 0:01").await?;
    look(&world.browser, "media-filming", "zh-CN").await?;
    world.visit().button("山路录像", "停止").await?;
    world.visit().says("山路录像", "录像 ·").await?;
    plays(&world.browser, &format!("{}//video", question("山路录像"))).await?;
    look(&world.browser, "media-filmed", "zh-CN").await?;
    world.visit().button("山路录像", "删除").await?;
    let huge = world.file("huge.mp4", &vec![7; 9 * 1024 * 1024])?;
    world.browser.give_file(&question("山路录像"), &huge).await?;
    world.visit().says("山路录像", "这个文件超过 8 MB").await?;
    world.visit().button("山路录像", "撤销删除").await?;
    world.visit().says("山路录像", "录像 ·").await?;
    let (desk, _server) = world.at_the_desk().await?;
    plays(&desk, "//dd//video").await?;
    desk.close().await
}

#[tokio::test]
async fn any_file_but_a_program_goes_along_under_its_own_name() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    world.visit().open_part("文件页").await?;
    let paper = question("诊断书");
    let program = world.file("setup.exe", b"MZ\x90\0 a program")?;
    world.browser.give_file(&paper, &program).await?;
    world.visit().says("诊断书", "程序不能附上").await?;
    let letter = world.file("诊断书 2026.pdf", b"%PDF-1.7 a letter of a doctor")?;
    world.browser.give_file(&paper, &letter).await?;
    world.visit().says("诊断书", "诊断书 2026.pdf · 1 KB").await?;
    look(&world.browser, "media-file", "zh-CN").await?;
    look_in_english(&world.browser, "media-file", "Save a copy").await?;
    let world = world.killed().await?;
    world.visit().says("诊断书", "诊断书 2026.pdf · 1 KB").await?;
    world.visit().saved().await.ok();
    let (desk, _server) = world.at_the_desk().await?;
    let answer = Desk(&desk, "").answer("诊断书").await?;
    ensure!(answer == "诊断书 2026.pdf · 1 KB", "{answer}");
    const TAKEN: &str = "const link = document.querySelector('a.told-file');
        return fetch(link.href).then((got) => got.text().then((text) =>
            [link.download, got.headers.get('content-disposition'), got.headers.get('content-type'), text].join('|')))";
    let taken = desk.script(TAKEN).await?;
    let taken = taken.as_str().context("a text")?;
    ensure!(taken == "诊断书 2026.pdf|attachment|application/pdf|%PDF-1.7 a letter of a doctor", "{taken}");
    desk.close().await
}

/// A reader of codes that finds one, as Chromium has it on phones and not on this machine.
const READER: &str = "window.BarcodeDetector = class {
        async detect(film) { return film.videoWidth ? [{rawValue: '6901028075862'}] : []; }
    };";

#[tokio::test]
async fn a_code_is_read_by_the_camera_or_typed() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    let (browser, visit) = (&world.browser, world.visit());
    visit.open_part("文件页").await?;
    visit.says("农机编号", "这个浏览器不能扫码").await?;
    visit.fill("农机编号", "NJ-0042").await?;
    visit.leave_field().await?;
    visit.saved().await?;

    browser.script(READER).await?;
    visit.next("位置页").await?;
    visit.previous("文件页").await?;
    ensure!(visit.filled("农机编号").await? == "NJ-0042", "what was typed is lost");
    browser.permit(&world.origin, "camera", false).await?;
    visit.button("农机编号", "扫码").await?;
    visit.says("农机编号", "手机没有允许使用相机").await?;
    look(browser, "media-scan-refused", "zh-CN").await?;
    browser.permit(&world.origin, "camera", true).await?;
    visit.button("农机编号", "扫码").await?;
    eventually("the code", async || Ok(visit.filled("农机编号").await? == "6901028075862")).await?;
    // The camera is closed again.
    eventually("no picture", async || Ok(browser.count("//video").await? == 0)).await?;
    world.browser.close().await
}

#[tokio::test]
async fn a_field_is_walked_around_and_a_way_is_typed_where_nothing_is_heard() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    let (browser, visit) = (&world.browser, world.visit());
    visit.open_part("田块页").await?;
    browser.refuse_place(&world.origin).await?;
    visit.button("承包田", "开始记").await?;
    visit.says("承包田", "手机没有允许定位").await?;
    look(browser, "media-field-refused", "zh-CN").await?;

    // About 100 metres by 100 metres, half of it.
    browser.allow_place(&world.origin, 26.58, 106.71).await?;
    visit.button("承包田", "重试").await?;
    for (lat, lon, metres) in [(26.58, 106.71, 6), (26.5809, 106.71, 7), (26.5809, 106.711, 8)] {
        browser.locate(lat, lon, metres).await?;
        visit.says("承包田", &format!("现在精确到 {metres} 米")).await?;
        visit.button("承包田", "记下这个点").await?;
    }
    visit.says("承包田", "3 个点，约").await?;
    visit.says("承包田", "亩），周长").await?;
    look(browser, "media-field", "zh-CN").await?;
    visit.button("承包田", "删最后一个点").await?;
    visit.says("承包田", "已记 2 个点，还差 1 个").await?;
    visit.button("承包田", "撤销").await?;
    visit.says("承包田", "3 个点，约").await?;
    look_in_english(browser, "media-field", "3 places, about").await?;
    visit.saved().await.ok();

    // By itself: the phone is carried on, nobody taps.
    visit.button("承包田", "开始记").await?;
    browser.tap(&format!("{}//option[contains(., '每 5 秒')]", question("承包田"))).await?;
    browser.locate(26.58, 106.711, 5).await?;
    visit.says("承包田", "4 个点，约").await?;
    visit.button("承包田", "停止定位").await?;

    // A way, without a satellite.
    visit.previous("路线页").await?;
    browser.tap(&format!("{}//summary[contains(., '直接输入')]", question("进村路线"))).await?;
    let field = format!("{}//textarea", question("进村路线"));
    browser.find(&field).await?.send_keys("26.58, 106.71\n村口").await?;
    visit.button("进村路线", "就用输入的").await?;
    visit.says("进村路线", "第 2 行不是一个位置").await?;
    look(browser, "media-way-typed-wrong", "zh-CN").await?;
    browser.write(&field, "26.58, 106.71").await?;
    browser.find(&field).await?.send_keys("\n26.5809，106.71").await?;
    visit.button("进村路线", "就用输入的").await?;
    visit.says("进村路线", "2 个点，长 100 米").await?;
    look(browser, "media-way", "zh-CN").await?;
    visit.saved().await?;
    let world = world.killed().await?;
    world.visit().says("进村路线", "2 个点，长 100 米").await?;

    let (desk, _server) = world.at_the_desk().await?;
    let (way, field) = (Desk(&desk, "").answer("进村路线").await?, Desk(&desk, "").answer("承包田").await?);
    ensure!(way == "2 个点，长 100 米", "{way}");
    ensure!(field.starts_with("4 个点，约"), "{field}");
    desk.close().await
}

#[tokio::test]
async fn a_place_is_good_enough_when_the_form_says_so_and_may_be_typed() -> Result<()> {
    let world = World::begin(&GALLERY).await?;
    let (browser, visit) = (&world.browser, world.visit());
    visit.open_part("位置页").await?;
    browser.allow_place(&world.origin, 26.58, 106.71).await?;
    browser.locate(26.58, 106.71, 8).await?;
    visit.button("房屋位置", "获取位置").await?;
    // The form wants 5 metres; others stop at 10.
    visit.says("房屋位置", "精确到 8 米，正在变准").await?;
    look(browser, "media-place-better", "zh-CN").await?;
    browser.locate(26.580_01, 106.71, 4).await?;
    visit.says("房屋位置", "已定位，精确到 4 米").await?;
    visit.button("水井位置", "获取位置").await?;
    visit.says("水井位置", "已定位，精确到 4 米").await?;
    browser.tap(&format!("{}//summary[contains(., '直接输入')]", question("水井位置"))).await?;
    look(browser, "media-place-typing", "zh-CN").await?;
    browser.write(&format!("{}//textarea", question("水井位置")), "26.6，106.8").await?;
    visit.button("水井位置", "就用输入的").await?;
    let (desk, _server) = world.at_the_desk().await?;
    let well = Desk(&desk, "").answer("水井位置").await?;
    ensure!(well.starts_with("26.60000, 106.80000"), "{well}");
    desk.close().await
}

const NOTED: [Row; 8] = [
    ["start-geopoint", "began_at", "", "", "", ""],
    ["audit", "audit", "", "", "", "track-changes=true"],
    ["begin_group", "one", "第一页", "Page one", "field-list", ""],
    ["text", "who", "户主叫什么", "Name of the head", "", ""],
    ["end_group", "", "", "", "", ""],
    ["begin_group", "two", "第二页", "Page two", "field-list", ""],
    ["text", "why", "为什么来", "Why you came", "", ""],
    ["end_group", "", "", "", "", ""],
];

#[tokio::test]
async fn what_a_checklist_notes_by_itself_is_noted_only_when_the_person_agrees() -> Result<()> {
    let world = World::begin(&NOTED).await?;
    let (browser, visit) = (&world.browser, world.visit());
    browser.allow_place(&world.origin, 26.58, 106.71).await?;
    browser.see("您同意吗").await?;
    look(browser, "media-consent", "zh-CN").await?;
    look_in_english(browser, "media-consent", "Do you agree").await?;
    browser.tap_text("button", "不同意").await?;
    browser.see("您没有同意").await?;
    visit.fill("户主叫什么", "不同意的").await?;
    visit.next("第二页").await?;
    visit.next("检查").await?;
    visit.finish().await?;
    browser.tap_text("button", "回到今日").await?;

    // The next visit does not ask again; the mind may be changed.
    world.another().await?;
    browser.see("您没有同意").await?;
    browser.tap_text("button", "改").await?;
    browser.tap_text("button", "同意记").await?;
    browser.see("您同意记下").await?;
    look(browser, "media-consent-given", "zh-CN").await?;
    visit.fill("户主叫什么", "同意的").await?;
    visit.leave_field().await?;
    visit.next("第二页").await?;
    visit.fill("为什么来", "看看").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    let world = world.killed().await?;
    world.visit().at("第二页").await?;
    let (desk, _server) = world.at_the_desk().await?;
    const LOG: &str = "return fetch(document.querySelector('.told-others a').href).then((got) => got.text())";
    desk.find("//section[contains(@class,'told-others')]//a[contains(., 'audit.csv')]").await?;
    let log = desk.script(LOG).await?;
    let log = log.as_str().context("a text")?;
    let lines: Vec<&str> = log.lines().collect();
    ensure!(lines.first() == Some(&"event,node,start,end,old-value,new-value"), "{log}");
    for begin in ["form start,,", "question,/data/one/who,", "form resume,,", "end screen,,", "form finalize,,"] {
        ensure!(lines.iter().any(|line| line.starts_with(begin)), "no {begin} in\n{log}");
    }
    ensure!(
        lines.iter().any(|line| line.starts_with("question,/data/one/who,") && line.ends_with(",,同意的")),
        "{log}"
    );
    look(&desk, "media-desk-log", "zh-CN").await?;
    // The one before has nothing of it.
    const EXPORT: &str =
        "return fetch('/api/v1/villages/shiban/visits.csv?form=media&lang=names').then((got) => got.text())";
    let csv = desk.script(EXPORT).await?;
    let csv = csv.as_str().context("a text")?;
    let row = |name: &str| csv.lines().find(|line| line.contains(name)).map(str::to_owned).unwrap_or_default();
    ensure!(row("\"同意的\"").contains("26.58"), "no place:\n{csv}");
    ensure!(
        !row("\"不同意的\"").contains("26.58") && !row("\"不同意的\"").contains(".csv"),
        "noted all the same:\n{csv}"
    );
    desk.close().await
}
