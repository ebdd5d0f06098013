//! Screenshots as small pictures inside the page, each at most once, within a budget.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jpeg_encoder::{ColorType, Encoder};
use serde::Serialize;

use super::super::text::Text;

/// Width that pictures are scaled to, and the height that they are cut at.
const WIDTH: u32 = 560;
const HEIGHT: u32 = 420;
/// Bytes of base64 that all pictures of a report may take together.
const BUDGET: usize = 2 * 1024 * 1024;
/// So many pictures are looked at, whether they fit or not.
const MOST: usize = 24;
/// Of 100: letters of a thumbnail stay readable, at a third of what a PNG takes.
const QUALITY: u8 = 70;
/// Larger pictures are not decoded: width times height.
const PIXELS: u64 = 64 * 1024 * 1024;

/// A picture where it is first used; later uses point to it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Shown {
    anchor: String,
    caption: Text,
    /// A data address, empty when the picture stands at `anchor` already.
    src: String,
    width: u32,
    height: u32,
}

/// The pictures of one report.
pub(super) struct Pictures<'a> {
    lookup: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    shown: BTreeMap<String, String>,
    spent: usize,
    tried: usize,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<Vec<u8>>) -> Self {
        Self { lookup, shown: BTreeMap::new(), spent: 0, tried: 0 }
    }

    /// The picture of that name, or a pointer to where it stands already; `None` when it
    /// is not there, cannot be read or does not fit the budget any more.
    pub(super) fn show(&mut self, name: &str, caption: Text) -> Option<Shown> {
        if let Some(anchor) = self.shown.get(name) {
            let anchor = anchor.clone();
            return Some(Shown { anchor, caption, src: String::new(), width: 0, height: 0 });
        }
        if self.tried == MOST {
            return None;
        }
        self.tried += 1;
        let small = scaled(&(self.lookup)(name)?)?;
        let src = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(&small.jpeg));
        if self.spent + src.len() > BUDGET {
            return None;
        }
        self.spent += src.len();
        let anchor = format!("picture-{}", self.shown.len() + 1);
        self.shown.insert(name.to_owned(), anchor.clone());
        Some(Shown { anchor, caption, src, width: small.width, height: small.height })
    }
}

struct Small {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
}

/// The top of a PNG, scaled down to [`WIDTH`]; `None` for what is not a readable PNG.
fn scaled(png: &[u8]) -> Option<Small> {
    let image = Image::read(png)?;
    let width = image.width.min(WIDTH);
    let height = u32::try_from(u64::from(image.height) * u64::from(width) / u64::from(image.width));
    let height = height.ok()?.clamp(1, HEIGHT);
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            rgb.extend(image.mean(x, y, width));
        }
    }
    Some(Small { jpeg: written(&rgb, width, height)?, width, height })
}

/// A decoded picture, eight bits a channel.
struct Image {
    width: u32,
    height: u32,
    channels: usize,
    bytes: Vec<u8>,
}

impl Image {
    fn read(png: &[u8]) -> Option<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let (width, height) = (reader.info().width, reader.info().height);
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) > PIXELS {
            return None;
        }
        let mut bytes = vec![0; reader.output_buffer_size()?];
        let frame = reader.next_frame(&mut bytes).ok()?;
        let channels = frame.color_type.samples();
        Some(Self { width, height, channels, bytes })
    }

    /// The mean colour of the pixels behind one pixel of a picture `width` wide.
    fn mean(&self, x: u32, y: u32, width: u32) -> [u8; 3] {
        let range = |at: u32, most: u32| {
            let edge = |at: u32| (u64::from(at) * u64::from(self.width) / u64::from(width)) as u32;
            let start = edge(at).min(most - 1);
            start..edge(at + 1).clamp(start + 1, most.max(start + 1))
        };
        let (mut sum, mut count) = ([0_u32; 3], 0);
        for row in range(y, self.height) {
            for column in range(x, self.width) {
                let color = self.color(row, column);
                (0..3).for_each(|at| sum[at] += u32::from(color[at]));
                count += 1;
            }
        }
        sum.map(|channel| (channel / count) as u8)
    }

    fn color(&self, row: u32, column: u32) -> [u8; 3] {
        let at = (row as usize * self.width as usize + column as usize) * self.channels;
        let byte = |offset: usize| self.bytes.get(at + offset).copied().unwrap_or(255);
        match self.channels {
            1 | 2 => [byte(0); 3],
            _ => [byte(0), byte(1), byte(2)],
        }
    }
}

fn written(rgb: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let (width, height) = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
    let mut jpeg = Vec::new();
    let encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.encode(rgb, width, height, ColorType::Rgb).ok()?;
    Some(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn white(width: u32, height: u32) -> Vec<u8> {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, width, height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![255; (width * height * 3) as usize]).unwrap();
        writer.finish().unwrap();
        png
    }

    #[test]
    fn a_large_picture_is_scaled_and_cut() {
        let small = scaled(&white(1280, 9000)).unwrap();
        assert_eq!((small.width, small.height), (560, 420));
        assert!(small.jpeg.starts_with(&[0xff, 0xd8]) && small.jpeg.len() < 8_000);
    }

    #[test]
    fn what_is_no_picture_is_left_out() {
        assert!(scaled(b"GIF89a").is_none());
        assert!(scaled(&white(10, 10)[..60]).is_none());
    }

    #[test]
    fn a_picture_is_embedded_once() {
        let lookup = |_: &str| Some(white(20, 20));
        let mut pictures = Pictures::new(&lookup);
        let first = pictures.show("a.png", Text::own("a")).unwrap();
        let again = pictures.show("a.png", Text::own("a")).unwrap();
        assert!(first.src.starts_with("data:image/jpeg;base64,"));
        assert_eq!((again.src.as_str(), again.anchor), ("", first.anchor));
    }
}
