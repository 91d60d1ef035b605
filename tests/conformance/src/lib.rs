//! Forms against the public engines' cases in ../shared/conformance, where present.
