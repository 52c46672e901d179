//! Bytes that Apache Kafka's Java client 4.3.1 wrote, as hexadecimal digits.

/// Four records (see the tests of the builder), codec none.
pub(crate) const BATCH_NONE: &str = "\
    00000000000000000000008effffffff026432f4f20000000000030000018bcfe568000000018bcfe56805ff\
    ffffffffffffffffffffffffff00000004460000000a6b65792d310e76616c75652d31040a74726163650661\
    62630a656d707479014a000a02013e76616c75652d322076616c75652d322076616c75652d322076616c7565\
    2d3200160013040a6b65792d3301000c000406000000";

/// Four records (see the tests of the builder), codec gzip.
pub(crate) const BATCH_GZIP: &str = "\
    000000000000000000000085ffffffff023febc27c0001000000030000018bcfe568000000018bcfe56805ff\
    ffffffffffffffffffffffffff000000041f8b08000000000000ff73636060e0ca4eadd435e42b4bcc294dd5\
    3564e12a294a4c4e654b4c4ae64acd2d28a964f462e06262b483481b29e0a019c4188459c026193332f030b0\
    b0010d0600a812287f5d000000";

/// Four records (see the tests of the builder), codec snappy.
pub(crate) const BATCH_SNAPPY: &str = "\
    000000000000000000000091ffffffff0274ea0dca0002000000030000018bcfe568000000018bcfe56805ff\
    ffffffffffffffffffffffffff0000000482534e415050590000000001000000010000004c5da8460000000a\
    6b65792d310e76616c75652d31040a7472616365066162630a656d707479014a000a02013e76051f04322009\
    274208004c00160013040a6b65792d3301000c000406000000";

/// Four records (see the tests of the builder), codec lz4.
pub(crate) const BATCH_LZ4: &str = "\
    000000000000000000000087ffffffff0293f5eacd0003000000030000018bcfe568000000018bcfe56805ff\
    ffffffffffffffffffffffffff0000000404224d1860408247000000f21b460000000a6b65792d310e76616c\
    75652d31040a7472616365066162630a656d707479014a000a02013e1f002f32200800045100160013044a00\
    a03301000c00040600000000000000";

/// Four records (see the tests of the builder), codec zstd.
pub(crate) const BATCH_ZSTD: &str = "\
    000000000000000000000085ffffffff02b11f304d0004000000030000018bcfe568000000018bcfe56805ff\
    ffffffffffffffffffffffffff0000000428b52ffd0058440200b403460000000a6b65792d310e76616c7565\
    2d31040a7472616365066162630a656d707479014a000a02013e322000160013043301000c00040600000003\
    004d10f44ac512982a03010000";

/// Transactional, log append time 1700000000123, base offset 77, leader epoch 9, sequences that wrap.
pub(crate) const BATCH_TRANSACTIONAL: &str = "\
    000000000000004d0000004c000000090293153a3a0018000000020000018bcfe568000000018bcfe5687b00\
    00000000000fa100037ffffffe00000003100000000261023100100002020262023200100002040263023300";

/// End-transaction marker, coordinator epoch 12.
pub(crate) const MARKER_COMMIT: &str = "\
    0000000000000005000000420000000802c5aa129b0030000000000000018bcfe568000000018bcfe5680000\
    00000000000fa10003ffffffff000000012000000008000000010c00000000000c00";

/// End-transaction marker, coordinator epoch 12.
pub(crate) const MARKER_ABORT: &str = "\
    00000000000000050000004200000008023194c4d30030000000000000018bcfe568000000018bcfe5680000\
    00000000000fa10003ffffffff000000012000000008000000000c00000000000c00";

/// Value of the control record "leader".
pub(crate) const VALUE_LEADER: &str = "\
    0000000000010300000001000000012c0002000000010000";

/// Value of the control record "header".
pub(crate) const VALUE_HEADER: &str = "\
    00000000018bcfe5680000";

/// Value of the control record "footer".
pub(crate) const VALUE_FOOTER: &str = "\
    000000";

/// Value of the control record "kraft".
pub(crate) const VALUE_KRAFT: &str = "\
    0000000100";

/// Value of the control record "voters".
pub(crate) const VALUE_VOTERS: &str = "\
    000002000000010102030405060708090a0b0c0d0e0f10020b434f4e54524f4c4c45520a6c6f63616c686f73\
    749c9d0000000001000000";

/// Nothing, compressed with gzip.
pub(crate) const EMPTY_GZIP: &str = "\
    1f8b08000000000000ff03000000000000000000";

/// 300 bytes of `text`, compressed with gzip.
pub(crate) const TEXT_GZIP: &str = "\
    1f8b08000000000000ff55ce4b0e80201004d1b3a2c6bf511112f5f426566de6ed60986e52fa6d78b1634687\
    03ce5cb811d72734e8f160c4024f27625f418cbed0c299451566da3720c39fd9e7cf569869982fdde3ee03b6\
    56b13f2c010000";

/// Nothing, compressed with snappy.
pub(crate) const EMPTY_SNAPPY: &str = "\
    82534e41505059000000000100000001";

/// 300 bytes of `text`, compressed with snappy.
pub(crate) const TEXT_SNAPPY: &str = "\
    82534e415050590000000001000000010000009bac0200610901006d0901007a0901006f0901006a09010064\
    090100700901091b006f0930046d7809010d0e093e047a69090100620901006609010079090100680901006b\
    0901090d0468710901096f117000740901365b0000730901006309010d1c096804627509010d54096f047967\
    09010072090109990069096f0071099904666c0901095300630d4d0d2a3072727272727272626262626262";

/// Nothing, compressed with lz4.
pub(crate) const EMPTY_LZ4: &str = "\
    04224d1860408200000000";

/// 300 bytes of `text`, compressed with lz4.
pub(crate) const TEXT_LZ4: &str = "\
    04224d18604082a500000012610100126d0100127a0100126f0100126a01001264010012700100021b00126f\
    3000226d780100030e00023e00227a69010012620100126601001279010012680100126b0100020d00226871\
    0100026f00126a6f0022647401000a5b001273010012630100031c000268002262750100035400026f002279\
    6701001272010002990012696f001271990022666c010002530013634d00032a000237007072626262626262\
    00000000";

/// Nothing, compressed with zstd.
pub(crate) const EMPTY_ZSTD: &str = "\
    28b52ffd2000010000";

/// 300 bytes of `text`, compressed with zstd.
pub(crate) const TEXT_ZSTD: &str = "\
    28b52ffd0058440300140361616d7a6f6a64706f6d786d7a69626679686b68716a64746d7a73636d62756879\
    67726971666c636269726262626262622a100043c60d3664dc6043c60d3664dc6043c60d3664dc6043c60d36\
    64dc6043c60d3664dc6043c60d3664dc6043c60d3664ee8505010000";

/// The bytes of hexadecimal digits.
pub(crate) fn bytes(digits: &str) -> Vec<u8> {
    let nibble = |digit: u8| (digit as char).to_digit(16).expect("hexadecimal digit") as u8;
    digits.as_bytes().chunks_exact(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])).collect()
}

/// What the payloads were compressed from: every letter seven times, from a linear congruential generator.
pub(crate) fn text(length: usize) -> Vec<u8> {
    let mut state = 12_345i32;
    let mut letter = |at: usize| {
        if at.is_multiple_of(7) {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        }
        b'a' + ((state as u32 >> 16) % 26) as u8
    };
    (0..length).map(&mut letter).collect()
}
