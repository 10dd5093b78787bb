//! Results for people: pages with plots that need no network, readable in light and dark.

pub mod campaign_page;
pub mod charge_plots;
pub mod decimate;
pub mod dots;
pub mod evaluation_csv;
pub mod evaluation_page;
pub mod evaluation_text;
pub mod html;
pub mod identification_page;
pub mod plot;
pub mod replay_page;
pub mod run_page;
pub mod timeline;
