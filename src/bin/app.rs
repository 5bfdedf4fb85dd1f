//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    let root = gloo::utils::document().get_element_by_id("app").expect("index.html has #app");
    root.set_text_content(None);
    yew::Renderer::<plimsoll::ui::app::App>::with_root(root).render();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this program runs in a web page: use `cargo xtask serve`");
    std::process::exit(2);
}
