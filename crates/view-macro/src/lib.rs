//! The `view!` macro. It reads what Leptos' macro of that name reads (the same parser, `rstml`) and writes a row of plain
//! calls that make DOM nodes at once, where Leptos writes one type for each piece of a page
//! (docs/decisions/0007-views-make-nodes.md).

mod expand;

use proc_macro::TokenStream;

/// HTML-like text as a `zhucun_view::View`.
///
/// - `<div class="a" hidden=is_hidden>`: an element with attributes; a value that is a closure is followed.
/// - `class:on=…`, `style:width=…`, `prop:value=…`, `inner_html=…`, `on:click=handler`.
/// - `{expression}`: anything that is `zhucun_view::Child`; a closure is followed.
/// - `<Name field=value short>children</Name>`: a component, a struct with these fields (each by `Into`), what is not named
///   by `Default`; children become its field `children`.
#[proc_macro]
pub fn view(input: TokenStream) -> TokenStream {
    expand::view(input.into()).into()
}
