//! From nodes to calls.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement, NodeName};
use rstml::{Infallible, Parser, ParserConfig};
use syn::{LitStr, spanned::Spanned};

type Element = NodeElement<Infallible>;

/// Elements that have no children and no end.
const VOID: [&str; 6] = ["area", "br", "hr", "img", "input", "wbr"];

/// The whole macro.
pub fn view(input: TokenStream) -> TokenStream {
    let config = ParserConfig::new().always_self_closed_elements(VOID.into()).recover_block(true);
    let (nodes, errors) = Parser::new(config).parse_recoverable(input).split_vec();
    let mut problems = TokenStream::new();
    for error in errors {
        let problem = error.emit_as_expr_tokens();
        problems.extend(quote! { #problem; });
    }
    let view = root(&nodes);
    quote! {{ #problems #view }}
}

/// One element is its own view; several nodes are gathered.
fn root(nodes: &[Node]) -> TokenStream {
    match nodes {
        [] => quote! { ::zhucun_view::View::default() },
        [Node::Element(element)] => self::element(element),
        [Node::Block(block)] => {
            let value = expression(block);
            quote_spanned! { block.span()=> ::zhucun_view::View::of(#value) }
        }
        _ => {
            let children = nodes.iter().map(child);
            quote! {{
                let __to = ::zhucun_view::El::fragment();
                #(#children)*
                __to.into_view()
            }}
        }
    }
}

/// A call that adds a node to `__to`.
fn child(node: &Node) -> TokenStream {
    match node {
        Node::Element(element) if is_component(element) => {
            let made = component(element);
            quote! { __to.child(#made); }
        }
        Node::Element(element) => {
            let written = written(element);
            let filled = filled(element);
            quote! {{
                let __to = __to.add(#written);
                #filled
            }}
        }
        Node::Text(text) => {
            let text = &text.value;
            quote! { __to.text(#text); }
        }
        Node::RawText(text) => {
            let text = LitStr::new(&text.to_string_best(), text.span());
            quote! { __to.text(#text); }
        }
        Node::Block(block) => {
            let value = expression(block);
            quote_spanned! { block.span()=> ::zhucun_view::Child::add_to(#value, &__to); }
        }
        Node::Fragment(fragment) => fragment.children().iter().map(child).collect(),
        other => {
            let error = syn::Error::new(other.span(), "not known here").to_compile_error();
            quote! { #error; }
        }
    }
}

/// What stands in braces, without them where it is one expression, as a person would write it.
fn expression(block: &NodeBlock) -> TokenStream {
    match block.try_block().map(|block| block.stmts.as_slice()) {
        Some([syn::Stmt::Expr(value, None)]) => quote! { #value },
        _ => quote! { #block },
    }
}

fn is_component(element: &Element) -> bool {
    let name = element.name().to_string();
    name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains("::")
}

/// An element that stands alone, as a view.
fn element(element: &Element) -> TokenStream {
    if is_component(element) {
        return component(element);
    }
    let written = written(element);
    let filled = filled(element);
    quote! {{
        let __to = ::zhucun_view::El::new(#written);
        #filled
        __to.into_view()
    }}
}

/// What is fixed of an element, as one text and so one call: its name, then the names and values of its attributes, with a
/// NUL between them.
fn written(element: &Element) -> LitStr {
    let mut written = element.name().to_string();
    for attribute in element.attributes() {
        if let NodeAttribute::Attribute(attribute) = attribute
            && let Some(value) = fixed(attribute)
        {
            for part in [&name_text(&attribute.key), &value] {
                written.push('\0');
                written.push_str(part);
            }
        }
    }
    LitStr::new(&written, element.name().span())
}

/// The value of a plain attribute that is written out; without a value it is there and empty.
fn fixed(attribute: &KeyedAttribute) -> Option<String> {
    let key = name_text(&attribute.key);
    if key.contains(':') || key == "inner_html" {
        return None;
    }
    match attribute.value() {
        None => Some(String::new()),
        Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) => Some(text.value()),
        Some(_) => None,
    }
}

/// The calls that give an element, named `__to`, what is not fixed.
fn filled(element: &Element) -> TokenStream {
    let (late, early): (Vec<_>, Vec<_>) = element.attributes().iter().partition(|attribute| is_late(attribute));
    let early = early.into_iter().map(attribute);
    let late = late.into_iter().map(attribute);
    let children = element.children().iter().map(child);
    quote! { #(#early)* #(#children)* #(#late)* }
}

/// Properties come after the children: a `select` takes its value from its options.
fn is_late(attribute: &NodeAttribute) -> bool {
    matches!(attribute, NodeAttribute::Attribute(attribute) if attribute.key.to_string().starts_with("prop:"))
}

fn attribute(attribute: &NodeAttribute) -> TokenStream {
    let NodeAttribute::Attribute(attribute) = attribute else {
        return syn::Error::new(attribute.span(), "an attribute is name=value").to_compile_error();
    };
    if fixed(attribute).is_some() {
        return TokenStream::new();
    }
    let key = name_text(&attribute.key);
    let span = attribute.key.span();
    let value = value(attribute);
    let text = |name: &str| LitStr::new(name, span);
    match key.split_once(':') {
        Some(("on", event)) => {
            let (kind, event) = (event_type(event, span), text(event));
            quote! { ::zhucun_view::on::<#kind>(&__to, #event, #value); }
        }
        Some(("class", class)) => {
            let class = text(class);
            quote! { ::zhucun_view::Flag::toggle_on(#value, &__to, #class); }
        }
        Some(("style", property)) => {
            let property = text(property);
            quote! { __to.style(#property, #value); }
        }
        Some(("prop", property)) => {
            let property = text(property);
            quote! { ::zhucun_view::Property::set_on(#value, &__to, #property); }
        }
        _ if key == "inner_html" => quote! { __to.inner_html(#value); },
        _ => {
            let name = text(&key);
            quote! { ::zhucun_view::Attribute::set_on(#value, &__to, #name); }
        }
    }
}

fn name_text(name: &NodeName) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// The value as written; without one it is `true` on an element.
fn value(attribute: &KeyedAttribute) -> TokenStream {
    attribute.value().map_or_else(|| quote! { true }, |value| quote! { #value })
}

/// What a handler is given.
fn event_type(event: &str, span: Span) -> TokenStream {
    let name = match event {
        "click" => "MouseEvent",
        "keydown" | "keyup" => "KeyboardEvent",
        event if event.starts_with("pointer") => "PointerEvent",
        _ => "Event",
    };
    let name = syn::Ident::new(name, span);
    quote! { ::zhucun_view::web_sys::#name }
}

fn component(element: &Element) -> TokenStream {
    let name = element.name();
    let fields = element.attributes().iter().map(|attribute| {
        let NodeAttribute::Attribute(attribute) = attribute else {
            return syn::Error::new(attribute.span(), "a field is name=value, or a name alone").to_compile_error();
        };
        let key = &attribute.key;
        let value = attribute.value().map_or_else(|| quote! { #key }, |value| quote! { #value });
        field(&quote! { #key }, &value)
    });
    let children = (!element.children().is_empty()).then(|| {
        let view = root(element.children());
        field(&quote! { children }, &view)
    });
    let fields: Vec<TokenStream> = fields.chain(children).collect();
    if fields.is_empty() {
        return quote! { ::zhucun_view::Component::view(#name::default()) };
    }
    quote! {{
        let mut __component = #name::default();
        #(#fields)*
        ::zhucun_view::Component::view(__component)
    }}
}

fn field(name: &TokenStream, value: &TokenStream) -> TokenStream {
    quote! { ::zhucun_view::put(&mut __component.#name, #value); }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_out(input: TokenStream) -> String {
        view(input).to_string().replace(' ', "")
    }

    #[test]
    fn an_element_is_made_then_its_attributes_its_children_and_its_properties() {
        let made = written_out(quote! { <select prop:value=v id=name class="field">{options}</select> });
        let at = |part: &str| made.find(part).unwrap_or_else(|| panic!("{part} in {made}"));
        let order = [
            at("El::new(\"select\\0class\\0field\")"),
            at("set_on(name"),
            at("add_to(options"),
            at("Property::set_on(v"),
        ];
        assert!(order.is_sorted(), "{made}");
    }

    #[test]
    fn an_element_inside_another_is_one_call_for_all_that_is_fixed() {
        let made = written_out(quote! { <form><input hidden type="radio" checked=is_on/></form> });
        assert!(made.contains("__to.add(\"input\\0hidden\\0\\0type\\0radio\")"), "{made}");
    }

    #[test]
    fn a_handler_is_given_the_event_of_its_name() {
        assert!(
            written_out(quote! { <b on:pointerdown=f></b> })
                .contains("on::<::zhucun_view::web_sys::PointerEvent>(&__to,\"pointerdown\",f)")
        );
        assert!(written_out(quote! { <b on:click=f></b> }).contains("MouseEvent"));
    }

    #[test]
    fn a_component_is_a_struct_with_its_fields() {
        let made = written_out(quote! { <Tag kind=TagKind::Late text/> });
        assert!(
            made.contains("put(&mut__component.kind,TagKind::Late)") && made.contains("put(&mut__component.text,text)"),
            "{made}"
        );
        assert!(!made.contains("children"), "{made}");
        assert!(written_out(quote! { <Rows>{rows}</Rows> }).contains("__component.children"));
    }

    #[test]
    fn dashes_and_words_of_rust_are_attribute_names_as_written() {
        let made = written_out(quote! { <label for=id aria-label=words type="a"></label> });
        assert!(
            made.contains("set_on(id,&__to,\"for\")")
                && made.contains("\"aria-label\"")
                && made.contains("(\"label\\0type\\0a\")"),
            "{made}"
        );
    }

    #[test]
    fn broken_text_is_a_compile_error_and_no_panic() {
        assert!(written_out(quote! { <div><p></div> }).contains("compile_error"));
    }
}
