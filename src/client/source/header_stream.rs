//! 80-byte headers out of bytes that come in parts of any size.

use super::{Headers, SourceError, Tip};
use crate::chain::Header;
use crate::chain::header::HEADER_BYTES;
use crate::client::message::FetchHead;

/// One answer's bytes, cut into headers.
#[derive(Debug)]
pub(super) struct HeaderStream {
    /// Height of the resource's first header.
    first_height: u32,
    /// The byte of the resource that the next one is.
    at: u64,
    /// The byte of the resource from which on headers are wanted.
    wanted: u64,
    /// Most bytes of the resource.
    limit: u64,
    carried: Vec<u8>,
    opens: bool,
    last: Option<[u8; HEADER_BYTES]>,
}

impl HeaderStream {
    /// A resource that begins at `first_height`, from the header at `start` on. A server may send it from its beginning all
    /// the same (a cache that does not know ranges answers with the whole and status 200): what was not asked for is skipped.
    ///
    /// # Errors
    /// [`SourceError::Form`] for an answer that begins in the middle, or is said not to be bytes.
    pub(super) fn new(head: &FetchHead, first_height: u32, start: u32, limit: u64) -> Result<Self, SourceError> {
        let wanted = u64::from(start.saturating_sub(first_height)) * HEADER_BYTES as u64;
        if let Some(media_type) = head.media_type.as_deref().filter(|name| name.starts_with("text/html")) {
            return Err(SourceError::form("headers", "80-byte headers", media_type));
        }
        if head.start != 0 && head.start != wanted {
            return Err(SourceError::form("headers", "the range asked for", format!("bytes from {} on", head.start)));
        }
        let (at, carried, opens, last) = (head.start, Vec::new(), true, None);
        Ok(Self { first_height, at, wanted, limit, carried, opens, last })
    }

    /// Takes a part; gives the headers that are whole by now.
    ///
    /// # Errors
    /// [`SourceError::Form`] beyond the limit.
    pub(super) fn push(&mut self, part: &[u8]) -> Result<Option<Headers>, SourceError> {
        // The byte of the resource that the first one carried is.
        let begins = self.at - self.carried.len() as u64;
        self.at += part.len() as u64;
        if self.at > self.limit {
            let found = format!("{} bytes or more", self.at);
            return Err(SourceError::form("headers", "no more headers than were asked for", found));
        }
        self.carried.extend_from_slice(part);
        if begins == 0 && is_page(&self.carried) {
            return Err(SourceError::form("headers", "80-byte headers", "a page of text"));
        }
        let whole = self.carried.len() / HEADER_BYTES * HEADER_BYTES;
        if whole == 0 {
            return Ok(None);
        }
        let rest = self.carried.split_off(whole);
        let mut bytes = std::mem::replace(&mut self.carried, rest);
        self.last = bytes.last_chunk().copied();
        let skipped = self.wanted.saturating_sub(begins).min(whole as u64);
        bytes.drain(..skipped as usize);
        if bytes.is_empty() {
            return Ok(None);
        }
        let height = self.first_height + ((begins + skipped) / HEADER_BYTES as u64) as u32;
        Ok(Some(Headers { height, opens: std::mem::take(&mut self.opens), bytes }))
    }

    /// Ends; tells the last header of the resource, `None` when it had nothing from the start wanted on.
    ///
    /// # Errors
    /// [`SourceError::Form`] when it was no number of whole headers, or none.
    pub(super) fn end(&self) -> Result<Option<Tip>, SourceError> {
        if !self.carried.is_empty() || self.at == 0 {
            return Err(SourceError::form("headers", "80-byte headers", format!("{} bytes", self.at)));
        }
        let Some(last) = &self.last else { return Ok(None) };
        Ok(Some(Tip { height: self.first_height + self.count() - 1, hash: Header::from_bytes(last).hash() }))
    }

    /// Headers of the resource so far.
    pub(super) fn count(&self) -> u32 {
        (self.at / HEADER_BYTES as u64) as u32
    }
}

/// Whether a body begins as a page of text does: what networks that ask for a login answer in place of anything else. Its
/// first bytes would be a version that no block has.
fn is_page(body: &[u8]) -> bool {
    [b"<!doc", b"<!DOC", b"<html", b"<HTML", b"<head", b"<?xml"].iter().any(|start| body.starts_with(*start))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbered headers; they need not hold, only be told apart.
    fn bytes(count: u32) -> Vec<u8> {
        let number = |nonce| Header { nonce, ..Header::from_bytes(&[0; HEADER_BYTES]) };
        (0..count).flat_map(|nonce| number(nonce).encode()).collect()
    }

    fn numbers(got: &[Headers]) -> Vec<u32> {
        let mut found = vec![];
        for headers in got {
            for (at, header) in headers.bytes.as_chunks::<HEADER_BYTES>().0.iter().enumerate() {
                let nonce = Header::from_bytes(header).nonce;
                assert_eq!(headers.height + at as u32, nonce + 5, "heights run on");
                found.push(nonce);
            }
        }
        found
    }

    fn read(start: u64, wanted: u32, body: &[u8], step: usize) -> Result<(Vec<Headers>, Option<Tip>), SourceError> {
        let head = FetchHead { start, ..FetchHead::default() };
        let mut stream = HeaderStream::new(&head, 5, 5 + wanted, 800)?;
        let mut got = vec![];
        for part in body.chunks(step) {
            got.extend(stream.push(part)?);
        }
        stream.end().map(|tip| (got, tip))
    }

    #[test]
    fn headers_come_out_whatever_the_parts_are_and_what_was_not_asked_for_is_skipped() {
        for step in [1, 7, 79, 80, 81, 160, 500, 5000] {
            for wanted in [0, 1, 6, 9] {
                let (got, tip) = read(0, wanted, &bytes(10), step).expect("ten headers");
                assert_eq!(numbers(&got), (wanted..10).collect::<Vec<_>>());
                assert_eq!(got.iter().filter(|headers| headers.opens).count(), 1);
                assert!(got[0].opens);
                assert_eq!(tip.expect("a last one").height, 14);
            }
            let (got, tip) = read(480, 6, &bytes(10)[480..], step).expect("four of them, by range");
            assert_eq!((numbers(&got), tip.map(|tip| tip.height)), (vec![6, 7, 8, 9], Some(14)));
        }
        let (got, tip) = read(0, 4, &bytes(3), 100).expect("a file that ends below");
        assert_eq!((got.len(), tip.map(|tip| tip.height)), (0, Some(7)));
    }

    #[test]
    fn what_is_no_run_of_headers_is_named() {
        let said = |start, body: &[u8]| read(start, 6, body, 64).expect_err("wrong").to_string();
        assert!(said(0, b"").contains("expected 80-byte headers, found 0 bytes"));
        assert!(said(0, &bytes(10)[1..]).contains("found 799 bytes"));
        assert!(said(0, &bytes(11)).contains("no more headers than were asked for"));
        assert!(said(80, &bytes(4)).contains("found bytes from 80 on"));
        let page = [b"<!doctype html>".as_slice(), &[b' '; 145]].concat();
        assert!(said(0, &page).contains("found a page of text"), "{}", said(0, &page));
        let page = FetchHead { media_type: Some("text/html".into()), ..FetchHead::default() };
        assert!(HeaderStream::new(&page, 0, 0, 800).is_err());
    }
}
