using System.IO.Compression;
using System.Text;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Storage.Compression;
using Ingester.Storage.Native;
using Ingester.Storage.Stores;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage;

public sealed class CompressionTests : IDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly IRowCodec ours = RowCodec.Create(new());
    private readonly IRowCodec managed = new ManagedCodec(CompressionOptions.DefaultLevel);

    [Fact]
    public void Hash_is_the_sha256_of_the_uncompressed_rows()
    {
        using var rows = SegmentSample.Rows("abc");
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", RowCompression.Hash(rows));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50_000)]
    public async Task Compressed_rows_decompress_to_the_same_bytes(int count)
    {
        var text = string.Concat(Enumerable.Range(0, count).Select(id => $"{{\"id\":\"{id}\",\"price\":\"{id * 7919 % 100_003}\"}}\n"));
        using var rows = SegmentSample.Rows(text);
        using var packed = RowCompression.Compress(rows, level: 3);
        await using var unpacked = new StreamReader(new GZipStream(new RowBufferReadStream(packed), CompressionMode.Decompress)).BaseStream;
        using var memory = new MemoryStream();
        await unpacked.CopyToAsync(memory);
        Assert.Equal(text, Encoding.UTF8.GetString(memory.ToArray()));
        Assert.Equal(RowCompression.Hash(rows), await RowCompression.HashCompressedAsync(new RowBufferReadStream(packed), CancellationToken.None));
    }

    [Fact]
    public void Pieces_of_either_codec_unpack_to_the_same_bytes_one_after_the_other()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            using var all = new RowBuffer();
            var text = new StringBuilder();
            for (var piece = random.Next(1, 4); piece > 0; piece--)
            {
                var content = Content(random, random.Next(round % 10 == 0 ? 600_000 : 3_000));
                using var rows = SegmentSample.Rows(content);
                using var packed = (random.Next(2) == 0 ? ours : managed).Compress(rows);
                all.Append(packed);
                text.Append(content);
            }

            using var unpacked = new StreamReader(new GZipStream(new RowBufferReadStream(all), CompressionMode.Decompress));
            Assert.Equal(text.ToString(), unpacked.ReadToEnd());
        }
    }

    [Fact]
    public void Native_and_managed_decompression_return_the_same_rows_and_damaged_data_is_read_by_the_managed_reader()
    {
        Assert.SkipUnless(Libdeflate.IsAvailable, "libdeflate is not here (Debian: apt-get install libdeflate0).");
        var random = new Random(2);
        var refused = 0;
        for (var round = 0; round < 2_000; round++)
        {
            using var all = new RowBuffer();
            for (var piece = random.Next(1, 4); piece > 0; piece--)
            {
                using var rows = SegmentSample.Rows(Content(random, random.Next(1, 3_000)));
                using var packed = (random.Next(2) == 0 ? ours : managed).Compress(rows);
                all.Append(packed);
            }

            var bytes = new byte[all.Length];
            all.CopyTo(bytes);
            var whole = Unpacked(bytes)!;
            var text = new byte[whole.Length];
            Assert.True(Libdeflate.TryDecompress(bytes, text) && whole.AsSpan().SequenceEqual(text));
            Assert.False(Libdeflate.TryDecompress(bytes, new byte[whole.Length - 1]));
            Assert.False(Libdeflate.TryDecompress(bytes, new byte[whole.Length + 1]));

            var damaged = random.Next(2) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (!Libdeflate.TryDecompress(damaged, text))
                refused++;
            else
                Assert.Equal(Unpacked(damaged), text); // what does not count, such as the time in a header
        }

        Assert.InRange(refused, 1_000, 2_000);
    }

    [Fact]
    public void Empty_members_around_pieces_are_decompressed_natively()
    {
        Assert.SkipUnless(Libdeflate.IsAvailable, "libdeflate is not here (Debian: apt-get install libdeflate0).");
        using var rows = SegmentSample.Rows("{}\n{}\n");
        using var packed = ours.Compress(rows);
        using var all = new RowBuffer();
        all.Append(MultiMemberMarkers.Header);
        all.Append(packed);
        MultiMemberMarkers.WriteTrailer(all, rows.Length);
        var (bytes, text) = (new byte[all.Length], new byte[rows.Length]);
        all.CopyTo(bytes);
        Assert.True(Libdeflate.TryDecompress(bytes, text));
        Assert.Equal("{}\n{}\n"u8, text);
    }

    public void Dispose() => chunks.Dispose();

    private static byte[]? Unpacked(byte[] packed)
    {
        try
        {
            using var text = new MemoryStream();
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            gzip.CopyTo(text);
            return text.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    [Fact]
    public void Rows_are_compressed_by_the_library_of_the_machine_at_the_level_that_is_set()
    {
        Assert.Equal(Libdeflate.IsAvailable, RowCodec.Create(new()) is LibdeflateCodec);
        using var rows = SegmentSample.Rows(Content(new Random(3), 100_000));
        foreach (var codec in new Func<int, IRowCodec>[] { level => new ManagedCodec(level), level => RowCodec.Create(new() { Level = level }) })
        {
            using var fast = codec(1).Compress(rows);
            using var small = codec(6).Compress(rows);
            Assert.True(small.Length < fast.Length);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task Every_length_is_decompressed_to_the_same_rows_whichever_thread_compressed_it(int level)
    {
        var codec = RowCodec.Create(new() { Level = level });
        var random = new Random(level);
        var all = Content(random, 80_000);
        await Parallel.ForAsync(0, 400, (round, _) =>
        {
            var length = round < 300 ? round : 1_024 * (round - 300) * 7 / 10;
            using var rows = SegmentSample.Rows(all[..length]);
            using var packed = codec.Compress(rows);
            Assert.Equal(all[..length], Encoding.UTF8.GetString(Unpacked(Bytes(packed))!));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void Rows_that_cannot_be_compressed_are_stored_whole()
    {
        var noise = new byte[300_000];
        new Random(5).NextBytes(noise);
        using var rows = new RowBuffer();
        rows.Append(noise);
        using var packed = ours.Compress(rows);
        Assert.Equal(noise, Unpacked(Bytes(packed)));
    }

    [Fact]
    public void Header_carries_neither_time_nor_name_and_chunks_do_not_show()
    {
        var line = Encoding.UTF8.GetBytes("{\"id\":\"3141592653\",\"ts\":1761350400123456,\"side\":\"buy\",\"price\":\"68123.45\",\"size\":\"0.0012\"}\n");
        var all = Enumerable.Range(0, 20_000).SelectMany(number => line.Select((letter, at) => (byte)(at == 8 ? '0' + number % 10 : letter))).ToArray();
        using var atOnce = new RowBuffer();
        all.CopyTo(atOnce.GetSpan(all.Length));
        atOnce.Advance(all.Length);
        using var rowByRow = new RowBuffer();
        foreach (var row in all.Chunk(line.Length))
        {
            row.CopyTo(rowByRow.GetSpan(row.Length));
            rowByRow.Advance(row.Length);
        }

        using var first = RowCompression.Compress(atOnce, level: 3);
        using var second = RowCompression.Compress(rowByRow, level: 3);
        Assert.Equal(Bytes(first), Bytes(second));
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], Bytes(first)[..8]);
        using var native = ours.Compress(rowByRow);
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], Bytes(native)[..8]);
    }

    [Fact]
    public async Task Bytes_that_are_not_gzip_have_no_hash() =>
        Assert.Null(await RowCompression.HashCompressedAsync(new MemoryStream("forged by hand"u8.ToArray()), CancellationToken.None));

    [Fact]
    public void Reader_can_be_rewound_to_any_place()
    {
        using var rows = new RowBuffer();
        for (var number = 0; number < 10_000; number++)
        {
            rows.GetSpan(1)[0] = (byte)(number % 251);
            rows.Advance(1);
        }

        using var reader = new RowBufferReadStream(rows);
        foreach (var place in new[] { 9_999, 0, 1_023, 1_024, 1_025, 5_000, 10_000 })
        {
            reader.Position = place;
            Assert.Equal(place == 10_000 ? -1 : place % 251, reader.ReadByte());
        }

        Assert.Equal(10_000, reader.Length);
    }

    /// <summary>Rows that repeat much, some, or not at all.</summary>
    private static string Content(Random random, int length)
    {
        var letters = random.Next(2, 90);
        return string.Create(length, (random, letters), static (text, how) =>
        {
            for (var at = 0; at < text.Length; at++)
                text[at] = how.random.Next(3) == 0 || at < 40 ? (char)(' ' + how.random.Next(how.letters)) : text[at - 1 - how.random.Next(Math.Min(at, 40))];
        });
    }

    private static byte[] Bytes(RowBuffer buffer) => [.. buffer.Chunks.SelectMany(chunk => chunk.ToArray())];
}
