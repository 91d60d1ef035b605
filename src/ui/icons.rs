//! The line icons in use, one family: Lucide, 24 px, stroke 2. Only those named here are linked into the app.

use zhucun_view::{View, view};

pub use icondata_core::Icon as IconData;
pub use icondata_lu::{
    LuALargeSmall as TEXT_SIZE, LuAccessibility as ELDERLY, LuArrowDown as DOWN, LuArrowUp as UP, LuBriefcase as JOB,
    LuCamera as CAMERA, LuCheck as CHECK, LuChevronDown as OPEN, LuChevronLeft as BACK, LuChevronRight as NEXT,
    LuCircleAlert as ALERT, LuClock as CLOCK, LuCloudOff as OFFLINE, LuCloudUpload as UPLOAD, LuDownload as INSTALL,
    LuDroplet as WATER, LuEllipsis as MORE, LuExternalLink as LINK, LuFileText as PAPERWORK, LuGraduationCap as SCHOOL,
    LuGripVertical as GRIP, LuHandCoins as ALLOWANCE, LuHeartPulse as MEDICAL, LuHouse as HOUSE, LuImage as IMAGE,
    LuInfo as INFO, LuKeyboard as KEYBOARD, LuLanguages as LANGUAGE, LuLightbulb as OPINION, LuList as LIST,
    LuLogOut as SIGN_OUT, LuMapPin as PLACE, LuMessageSquare as NEED, LuMic as MIC, LuMinus as LESS,
    LuNotebookPen as NOTE, LuPaperclip as FILE, LuPenLine as PEN, LuPencil as DRAFT, LuPhone as PHONE, LuPlus as ADD,
    LuPrinter as PRINT, LuQrCode as QR, LuRefreshCw as SYNC, LuRoute as ROAD, LuScale as DISPUTE,
    LuScanBarcode as BARCODE, LuScanQrCode as SCAN, LuSearch as SEARCH, LuSettings as SETTINGS, LuShare2 as SHARE,
    LuSmartphone as SMARTPHONE, LuSprout as FARMING, LuSquare as STOP, LuStar as STAR, LuTrash2 as DELETE,
    LuTriangleAlert as WARNING, LuUndo2 as UNDO, LuUser as USER, LuUsers as USERS, LuVideo as FILM, LuVolume2 as SOUND,
    LuX as CLOSE,
};

/// Draws an icon. Decoration, so it is never read aloud: a word stands next to it.
#[must_use]
pub fn draw(icon: IconData) -> View {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" inner_html=icon.data></svg> }
}

/// The icon of a need's category; what a county has added gets the plain one.
#[must_use]
pub fn category(code: &str) -> IconData {
    match code {
        "allowance" => ALLOWANCE,
        "medical" => MEDICAL,
        "school" => SCHOOL,
        "house" => HOUSE,
        "water" => WATER,
        "road" => ROAD,
        "farming" => FARMING,
        "job" => JOB,
        "elderly_disabled" => ELDERLY,
        "dispute" => DISPUTE,
        "paperwork" => PAPERWORK,
        "project_opinion" => OPINION,
        _ => NEED,
    }
}
