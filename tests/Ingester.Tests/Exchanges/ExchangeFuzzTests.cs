using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges;

/// <summary>Bad frames: each is refused with a <see cref="JsonException"/> before anything is emitted, or is good JSON after all.</summary>
public sealed class ExchangeFuzzTests
{
    private const int SampleFrames = 200;
    private const int LongestFrame = 2_000;
    private const int Flips = 5_000;

    /// <summary>Exchanges that send trades without ids.</summary>
    private static readonly string[] WithoutTradeIds = ["woox"];

    public static TheoryData<string> Exchanges => Fixtures.Exchanges;

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void A_truncated_frame_is_rejected(string name)
    {
        var sample = Sample(name);
        var decoder = Prepared(name, sample);
        foreach (var frame in sample)
        {
            var whole = frame.AsSpan().TrimEnd((byte)' ');
            for (var length = 0; length < whole.Length; length++)
                Assert.False(Decodes(name, decoder, whole[..length]), $"Cut at {length}: {Encoding.UTF8.GetString(frame)}");
        }
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void A_frame_with_wrong_bytes_is_rejected_or_is_valid_JSON(string name)
    {
        var random = new Random(20_261_120);
        var sample = Sample(name).Where(IsJsonText).ToList();
        var decoder = Prepared(name, sample);
        for (var flip = 0; flip < Flips; flip++)
        {
            var frame = sample[random.Next(sample.Count)].ToArray();
            for (var count = random.Next(1, 4); count > 0; count--)
                frame[random.Next(frame.Length)] = random.Next(2) == 0
                    ? (byte)random.Next(256)
                    : (byte)"{}[]\",:.-+eE0159\\u \ttn"[random.Next(22)];
            if (Decodes(name, decoder, frame))
                Assert.True(IsJson(frame), Encoding.UTF8.GetString(frame));
        }
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void A_market_list_with_wrong_bytes_is_rejected_or_read(string name)
    {
        var random = new Random(2);
        var exchange = ExchangeCatalog.Find(name)!;
        var body = Fixtures.Lines(Fixtures.File(name, "markets.rest.tsv"), 2).First();
        for (var flip = 0; flip < Flips; flip++)
        {
            var bad = body.ToArray();
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            try
            {
                Assert.NotEmpty(exchange.ParseMarketList(bad.AsSpan(0, random.Next(4) == 0 ? random.Next(bad.Length) : bad.Length)).Markets);
            }
            catch (JsonException fault)
            {
                Assert.StartsWith($"The market list of {name} ", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>A decoder that knows what its connection subscribed.</summary>
    private static IFrameDecoder Prepared(string name, List<byte[]> frames)
    {
        var decoder = ExchangeCatalog.Find(name)!.CreateDecoder();
        foreach (var frame in frames)
            Decodes(name, decoder, frame);
        return decoder;
    }

    /// <summary>False for plain texts such as <c>pong</c>.</summary>
    private static bool IsJsonText(byte[] frame) => frame is [(byte)'{' or (byte)'[', ..];

    /// <summary>Frames of the fixtures, filled up with real ones where they are at hand.</summary>
    private static List<byte[]> Sample(string name)
    {
        var frames = Fixtures.GoodFrames(name).ToList();
        var real = Corpus.Recordings(name).SelectMany(recording => recording.Frames()).Where(frame => frame.Length <= LongestFrame).ToList();
        var step = Math.Max(1, real.Count / (SampleFrames - frames.Count));
        frames.AddRange(real.Where((_, index) => index % step == 0).Take(SampleFrames - frames.Count));
        return frames;
    }

    /// <summary>True when the frame was taken; when it was refused, nothing may have come out.</summary>
    private static bool Decodes(string name, IFrameDecoder decoder, ReadOnlySpan<byte> frame)
    {
        var sink = new AnySink(!WithoutTradeIds.Contains(name));
        try
        {
            decoder.Decode(frame, sink);
            return true;
        }
        catch (JsonException fault)
        {
            Assert.False(sink.Seen, $"Something was emitted before: {fault.Message}");
            Assert.EndsWith(").", fault.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> frame)
    {
        var json = new Utf8JsonReader(frame, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            while (json.Read())
                continue;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class AnySink(bool tradesHaveIds) : IEventSink
    {
        public bool Seen { get; private set; }

        public void OnTrade(in TradeEvent trade)
        {
            Seen = true;
            Assert.False(trade.Symbol.IsEmpty || trade.Price.IsEmpty || trade.Size.IsEmpty);
            Assert.Equal(tradesHaveIds, !trade.Id.IsEmpty);
            Assert.InRange(trade.Micros, 0, Micros.Max);
        }

        public void OnDiff(in DepthEvent diff)
        {
            OnSnapshot(diff);
            Assert.True(diff.Range is not { } range || range.After <= range.UpTo);
            Assert.InRange(diff.Micros ?? 0, 0, Micros.Max);
        }

        public void OnSnapshot(in DepthEvent book)
        {
            Seen = true;
            Assert.False(book.Symbol.IsEmpty);
            Assert.True(IsJson(book.Bids) && IsJson(book.Asks));
        }

        public void OnNotice(in Notice notice) => Seen = true;
    }
}
