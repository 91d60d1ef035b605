//! Page objects: one a screen, in the words of its user.
