//! Every published run of headers through every way that headers come to the page: the same tip and the same work as our
//! library finds natively, and as Bitcoin Core's code does. And one wrong byte in the middle of runs, by every way: who sent
//! it is named with the rule and the height, and the tip stays before it.

use e2e::desk::{DROPPED, Desk};
use e2e::judges::judge;
use e2e::runs::published;
use e2e::scene::{Scene, Scenes, compare_all_with_core};
use e2e::visit::{Kind, open};
use e2e::{Outcome, data};

/// A document whose timestamp names a block of the run from 685,439 on, and the lowest that this block can be.
const DOCUMENT: (&str, u32) = ("opentimestamps/in-chain/rootstock-95bf5b-manuscript.pdf", 685_453);
/// The end of that block's period, which is pinned.
const PIN: u32 = 687_455;

const NO_MIDDLE: &str = "a source that tells its tip is asked from genesis or from the last pin on; what lies between is \
    fetched by a look-up alone, for a document that names a block there";
const NO_FILE: &str = "block-dn's files begin at multiples of 100,000: none begins with this run";

#[tokio::test(flavor = "multi_thread")]
async fn every_run_from_every_kind_of_source_comes_to_the_same_tip_and_the_same_work() -> Outcome {
    let Some(runs) = published()? else { return Ok(()) };
    let scenes = Scenes::of(&runs)?;
    compare_all_with_core(scenes.groups().flatten())?;
    println!("runs from the middle of a chain: Core has no header before them and judges none");
    let mut desk = Desk::set_up("sources", Kind::ALL.map(Kind::name).to_vec()).await?;
    for kind in Kind::ALL {
        for group in scenes.groups() {
            desk.synchronize(kind, &group).await?;
        }
        for scene in &scenes.from_the_middle {
            match kind {
                Kind::Own | Kind::File => desk.synchronize(kind, &[scene]).await?,
                Kind::BlockDn => desk.table.leave_out(&scene.name, kind.name(), NO_FILE),
                _ => desk.table.leave_out(&scene.name, kind.name(), NO_MIDDLE),
            }
        }
        look_up(&mut desk, kind, &scenes.from_the_middle[0]).await?;
    }
    assert_eq!(desk.table.print(), 0, "places of which nothing is said");
    desk.browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_run_dropped_as_a_file_of_every_form_comes_to_the_same_tip_and_the_same_work() -> Outcome {
    let Some(runs) = published()? else { return Ok(()) };
    let scenes = Scenes::of(&runs)?;
    let mut desk = Desk::set_up("dropped", DROPPED.map(|(name, ..)| name).to_vec()).await?;
    for form in DROPPED {
        for group in scenes.groups() {
            desk.drop_files(form, &group).await?;
        }
        for scene in &scenes.from_the_middle {
            desk.drop_files(form, &[scene]).await?;
        }
    }
    assert_eq!(desk.table.print(), 0, "places of which nothing is said");
    desk.browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_byte_is_found_by_every_way_and_named() -> Outcome {
    let Some(runs) = published()? else { return Ok(()) };
    let scenes = Scenes::of(&runs)?;
    let mut desk =
        Desk::set_up("wrong", Kind::ALL.map(Kind::name).into_iter().chain(DROPPED.map(|(name, ..)| name)).collect())
            .await?;
    let mut wrong = vec![];
    for run in scenes.from_genesis[0].iter().map(|scene| &scene.runs[0]) {
        let (lie, at) = run.flipped();
        desk.lie(run, &lie, at)?;
        let scene = Scene::alone(&lie);
        assert_eq!(scene.judged.refused, [Some(("proof-of-work".to_owned(), u32::try_from(at)?))], "{}", lie.name);
        assert_eq!(scene.judged.height, Some(u32::try_from(at - 1)?), "{}", lie.name);
        wrong.push(scene);
    }
    compare_all_with_core(wrong.iter())?;
    let group: Vec<&Scene> = wrong.iter().collect();
    for kind in Kind::ALL {
        desk.synchronize(kind, &group).await?;
    }
    for form in DROPPED {
        desk.drop_files(form, &group).await?;
    }
    assert_eq!(desk.table.print(), 0, "places of which nothing is said");
    desk.browser.finish().await
}

/// Drops a document whose timestamp names a block of a run: its headers are looked up, to the next pin and no further.
async fn look_up(desk: &mut Desk, kind: Kind, scene: &Scene) -> Outcome {
    let (row, (document, lowest)) = (format!("{} looked up", scene.name), DOCUMENT);
    if kind == Kind::BlockDn {
        desk.table.leave_out(&row, kind.name(), NO_FILE);
        return Ok(());
    }
    let sources = desk.sources(kind, &[scene])?;
    open(&mut desk.browser, sources, &[]).await?;
    let document = data().ok_or("no data")?.join(document);
    let stamp = document.with_extension("pdf.ots");
    desk.browser.upload("#header-files", &[document, stamp]).await?;
    desk.browser.wait("[data-handed=other]").await?;
    desk.browser.click("[data-handed=other] a").await?;
    desk.browser.wait("#verdict[data-conclusion=stamped]").await?;
    // The block and the tip, as drawn: the names of the first and the last.
    let script = "const drawn = [...document.querySelectorAll('#chain svg g:has(> rect) title')];
        return [drawn.at(0)?.textContent, drawn.at(-1)?.textContent]";
    let drawn = desk.browser.run(script, vec![]).await?;
    let (run, start) = (&scene.runs[0], scene.runs[0].first);
    let block = (lowest..lowest + 30).find(|height| drawn[0] == run.hash_at((height - start) as usize));
    let block = block.ok_or_else(|| format!("{}: no block of the run's: {drawn}", kind.name()))?;
    let above = run.from(block + 1).up_to(PIN, "above");
    let judged = judge(&[&above]);
    assert_eq!((judged.height, &judged.refused[..]), (Some(PIN), &[None][..]));
    assert_eq!(drawn[1], judged.tip, "{}", kind.name());
    let work = about(&judged.work)?;
    desk.browser.wait_text("#chain [data-chain=work]", &work).await?;
    desk.table.note(&row, kind.name(), PIN.to_string());
    desk.assert_quiet(kind.name()).await
}

/// A number of hashes as the page words it.
fn about(work: &str) -> Outcome<String> {
    let power = work.parse::<u128>()?.ilog2().to_string();
    let raised = |digit: u8| ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][usize::from(digit - b'0')];
    Ok(format!("bout 2{} hashes", power.bytes().map(raised).collect::<String>()))
}
