using System.Text;
using System.Text.Json;
using Ingester.Exchanges.Binance;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges.Binance;

/// <summary>The shortcut of the Binance family takes what its members send, and gives what the general way gives.</summary>
public sealed class BinanceFastPathTests
{
    private const int Changed = 100_000;

    private static readonly string[] Spot =
    [
        """{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1767225600001,"s":"BTCUSDT","U":3641443073,"u":3641443074,"b":[["76718.84000000","0.00000000"],["76718.8","12"]],"a":[]}}""",
        """{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1767225600001,"s":"BTCUSDT","U":1,"u":1,"b":[],"a":[["1234567890123456789.01","0.1"]]}}""",
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1767225600001,"s":"BTCUSDT","t":0,"p":"61680.49000000","q":"0.00001000","T":1767225599998,"m":true,"M":true}}""",
        """{"stream":"1inchusdt@trade","data":{"e":"trade","E":1,"s":"1INCHUSDT","t":3808621725,"p":"1","q":"2","b":88,"a":50,"T":17,"m":false,"M":true}}""",
        """{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1767225600001,"s":"BTCUSDT","a":26129,"p":"0.01633102","q":"4.70443515","f":27781,"l":27781,"T":1767225600000,"m":true,"M":false}}""",
    ];

    private static readonly string[] Futures =
    [
        """{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1767225600001,"T":1767225599999,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}}""",
        """{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":17,"T":16,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[],"a":[]}}""",
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1680652700455,"T":1680652700452,"s":"BTCUSDT","t":3535186032,"p":"28145.10","q":"0.002","X":"MARKET","m":true}}""",
        """{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1767225600001,"a":5933014,"s":"BTCUSDT","p":"0.001","q":"100","f":100,"l":105,"T":1767225600000,"m":true}}""",
    ];

    public static TheoryData<string> Names => ["binance", "binance-us", "binance-futures"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fast_path_decodes_frames_in_the_form_of_the_exchange(bool futures) =>
        Assert.All(futures ? Futures : Spot, frame => Assert.True(new BinanceFastPath(futures).TryDecode(Encoding.UTF8.GetBytes(frame), new LineSink("", [])), frame));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_with_changed_bytes_are_rejected_or_decoded_as_by_the_general_path(bool futures)
    {
        var random = new Random(20_261_127);
        var frames = (futures ? Futures : Spot).Select(Encoding.UTF8.GetBytes).ToArray();
        var accepted = 0;
        for (var round = 0; round < Changed; round++)
        {
            var frame = frames[random.Next(frames.Length)];
            var at = random.Next(frame.Length);
            byte[] piece = random.Next(3) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (byte)"{}[]\",:.-+eE0123456789\\u abcTUMpu@"[random.Next(33)])];
            byte[] changed = [.. frame.AsSpan(0, at), .. piece, .. frame.AsSpan(Math.Min(frame.Length, at + random.Next(4)))];
            accepted += Same(changed, futures) ? 1 : 0;
        }

        Assert.InRange(accepted, Changed / 50, Changed / 2);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nearly_every_recorded_frame_is_decoded_by_the_fast_path(string name)
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var frames = Corpus.Recordings(name).SelectMany(recording => recording.Frames()).Where(frame => frame.AsSpan().StartsWith("{\"stream\""u8)).ToList();
        var futures = name == "binance-futures";
        string[] channels = ["@trade\"", "@aggTrade\"", "@depth\"", "@depth@"];
        var requested = frames.Where(frame => channels.Any(channel => frame.AsSpan().IndexOf(Encoding.UTF8.GetBytes(channel)) > 0)).ToList();
        Assert.True(requested.Count(frame => Same(frame, futures)) > requested.Count * 0.99);
    }

    /// <summary>True when the shortcut takes the frame, which then is read just so by the general way.</summary>
    private static bool Same(byte[] frame, bool futures)
    {
        var (read, expected) = (new List<string>(), new List<string>());
        if (!new BinanceFastPath(futures).TryDecode(frame, new LineSink("", read)))
        {
            Assert.Empty(read);
            return false;
        }

        try
        {
            new BinanceDecoder(futures ? BinanceEventReader.ReadFuturesDepth : BinanceEventReader.ReadSpotDepth).Decode(frame, new LineSink("", expected));
        }
        catch (JsonException fault)
        {
            Assert.Fail($"The shortcut took what is wrong: {Encoding.UTF8.GetString(frame)} {fault.Message}");
        }

        Assert.True(expected.SequenceEqual(read), Encoding.UTF8.GetString(frame));
        return true;
    }
}
