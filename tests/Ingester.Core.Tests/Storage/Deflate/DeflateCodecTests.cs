using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Segments;
using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Storage;

public sealed class DeflateCodecTests
{
    private readonly DeflateCodec codec = new();

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("aaaaaaaaa")]
    [InlineData("aaaaaaaaaa")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("{\"id\":\"1\"}\n{\"id\":\"2\"}\n")]
    public void What_is_short_unpacks_to_itself(string text) => Check(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("", 2)]
    [InlineData("a", 3)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 5)]
    public void Shortest_form_is_taken(string text, int bytes) => Assert.Equal(18 + bytes, Check(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Every_length_at_every_end_unpacks_to_itself()
    {
        // A match that would go on behind the end, of each length and into each of the last bytes.
        var random = new Random(1);
        var word = new byte[600];
        random.NextBytes(word);
        for (var length = 0; length < 600; length++)
        {
            Check([.. word, .. word.AsSpan(0, length)]);
            Check([.. Enumerable.Repeat((byte)'0', length), .. word.AsSpan(0, length % 5)]);
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_they_unpack_to_themselves()
    {
        var random = new Random(2);
        for (var round = 0; round < 3_000; round++)
            Check(Content(random, random.Next(round % 50 == 0 ? 400_000 : 4_000)));
    }

    [Fact]
    public void More_than_a_block_holds_and_more_than_what_is_stored_at_once_unpack_to_themselves()
    {
        var random = new Random(3);
        var many = new byte[3_000_000];
        random.NextBytes(many);
        Check(many); // as they are, 65,535 bytes at a time
        for (var at = 8; at < many.Length; at += 8)
            if (random.Next(3) > 0)
                many.AsSpan(at - 8, 8).CopyTo(many.AsSpan(at)); // more matches than one block has room for
        Check(many);
        Check(Encoding.UTF8.GetBytes(Depth(random, 20_000)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(300)]
    public void Block_that_is_full_near_the_end_of_the_text_unpacks_to_itself(int more) =>
        Check([.. Enumerable.Repeat((byte)'0', 1 + FoundBlock.MostSequences * 258 + more)]);

    [Fact]
    public void Texts_that_just_fit_the_usual_room_and_just_do_not_unpack_to_themselves()
    {
        var text = new byte[262_000];
        new Random(7).NextBytes(text);
        for (var length = 261_700; length < text.Length; length += 9)
            Check(text[..length]);
    }

    [Theory]
    [InlineData(32_767)]
    [InlineData(32_768)]
    [InlineData(32_769)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public void Match_at_the_edge_of_the_window_or_beyond_unpacks_to_itself(int distance)
    {
        var text = new byte[distance + 100];
        new Random(8).NextBytes(text);
        text.AsSpan(0, 100).CopyTo(text.AsSpan(distance));
        var packed = Check(text);
        Assert.Equal(distance > 32_768, packed > text.Length);
    }

    [Fact]
    public void What_does_not_pack_takes_hardly_more_than_itself()
    {
        var random = new Random(4);
        foreach (var length in new[] { 10, 1_000, 65_535, 65_536, 300_000 })
        {
            var text = new byte[length];
            random.NextBytes(text);
            Assert.InRange(Pack(text).Length, length, length + 40 + length / 10_000);
        }
    }

    [Fact]
    public void Rows_pack_smaller_than_by_the_library()
    {
        var random = new Random(5);
        foreach (var rows in new[] { 1, 3, 30, 600, 5_000 })
        {
            using var text = SegmentSample.Rows(Depth(random, rows));
            using var packed = codec.Pack(text);
            using var other = new ManagedCodec(ManagedCodec.BestLevel).Pack(text);
            Assert.InRange(packed.Length, 1, other.Length * 1.01);
        }
    }

    [Fact]
    public async Task Bytes_depend_on_the_rows_alone()
    {
        // Not on what was packed before, on how the rows lie in chunks, nor on who packs at the same time.
        var random = new Random(6);
        var texts = Enumerable.Range(0, 200).Select(_ => Content(random, random.Next(200_000))).ToArray();
        var first = texts.Select(Pack).ToArray();
        await Parallel.ForAsync(0, 1_000, (index, _) =>
        {
            var which = index * 7919 % texts.Length;
            using var rows = new RowBuffer();
            foreach (var piece in texts[which].Chunk(1 + index % 9_000))
                rows.Append(piece);
            using var packed = codec.Pack(rows);
            Assert.Equal(first[which], Bytes(packed));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void Header_says_nothing_that_differs()
    {
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], Pack("{}\n"u8.ToArray())[..10]);
    }

    [Fact]
    public void Bytes_of_known_rows_are_known()
    {
        // Whoever changes them sees it here: replicas of two versions then write different bytes, which the layout allows and nobody wants.
        var rows = string.Concat(Enumerable.Range(0, 500).Select(id =>
            $"{{\"id\":\"{286_484_616 + id}\",\"ts\":{1_767_226_981_624_000 + id * 37_000L},\"side\":\"{(id % 3 == 0 ? "buy" : "sell")}\",\"price\":\"0.33{id * 7_919 % 997:000}000\",\"size\":\"{id * 104_729 % 9_973}.{id % 10}0000000\"}}\n"));
        Assert.Equal("1b8a2b6cd0e1b433c92372b74b725e36", Convert.ToHexStringLower(SHA256.HashData(Pack(Encoding.UTF8.GetBytes(rows))))[..32]);
    }

    [Theory]
    [InlineData("binance")]
    [InlineData("coinbase")]
    [InlineData("kraken")]
    public void Real_frames_unpack_to_themselves(string exchange)
    {
        var recordings = Corpus.Recordings(exchange);
        Assert.SkipWhen(recordings.Count == 0, Corpus.Absent);
        foreach (var recording in recordings)
            foreach (var frames in recording.Frames().Take(20_000).Chunk(2_000))
            {
                byte[] text = [.. frames.SelectMany(frame => frame)];
                Assert.True(Check(text) < text.Length / 2);
            }
    }

    /// <summary>Packs, unpacks with the library, and compares; how many bytes it packs to.</summary>
    private int Check(byte[] text)
    {
        var packed = Pack(text);
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        Assert.True(text.AsSpan().SequenceEqual(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length)), $"{text.Length} bytes unpack to {unpacked.Length} others");
        if (NativeUnpacker.IsHere)
        {
            var again = new byte[text.Length];
            Assert.True(NativeUnpacker.TryUnpack(packed, again) && text.AsSpan().SequenceEqual(again)); // which looks at the checksum, too
        }

        return packed.Length;
    }

    private byte[] Pack(byte[] text)
    {
        using var rows = new RowBuffer();
        rows.Append(text);
        using var packed = codec.Pack(rows);
        return Bytes(packed);
    }

    /// <summary>Bytes of some kind: of any values or of few, random, repeated from near or far, in runs, or rows.</summary>
    private static byte[] Content(Random random, int length)
    {
        if (random.Next(5) == 0)
            return Encoding.UTF8.GetBytes(Depth(random, length / 200));
        var text = new byte[length];
        var (values, literals, far) = (1 << random.Next(9), random.Next(100), 1 << random.Next(17));
        for (var at = 0; at < length;)
            if (at == 0 || random.Next(100) < literals)
                text[at++] = (byte)random.Next(values);
            else
                for (var (from, end) = (at - 1 - random.Next(Math.Min(at, far)), Math.Min(length, at + random.Next(400))); at < end;)
                    text[at++] = text[from++];
        return text;
    }

    /// <summary>Rows of a book that moves at random.</summary>
    private static string Depth(Random random, int count)
    {
        using var rows = new RowBuffer();
        var (price, id) = (68_000.0, 50_093_239_188L);
        for (var row = 0; row < count; row++)
        {
            price += random.Next(-50, 51) / 100.0;
            var next = id + random.Next(1, 12);
            Rows.Depth(rows, new() { Range = new(id, next), Micros = 1_761_350_400_000_000 + row * 100_000L, Bids = Levels(-1), Asks = Levels(1) });
            id = next;
        }

        return Encoding.UTF8.GetString(Bytes(rows));

        byte[] Levels(int side) => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, random.Next(6))
            .Select(_ => $"[\"{price + side * random.Next(500) / 100.0:0.00}000000\",\"{random.Next(4) * random.Next(100_000_000) / 1e8:0.00000000}\"]"))}]");
    }

    private static byte[] Bytes(RowBuffer buffer)
    {
        var bytes = new byte[buffer.Length];
        buffer.CopyTo(bytes);
        return bytes;
    }
}
