//! Every word a person sees, in zh-CN and English, as typed keys generated from locales/.
