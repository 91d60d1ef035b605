//! XLSForm to definition, XPath expressions, a filling session. Pure.
