using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Testing.Fakes;

/// <summary>
/// Decodes the frames of a <see cref="FakeExchange"/>: <c>ok 1</c> answers a request, <c>trade BTCUSDT 7 1761350400000000</c> is a trade, <c>bug</c> is a bug, after which no frame
/// is decoded; every other frame is invalid.
/// </summary>
internal sealed class FakeDecoder : IFrameDecoder
{
    private bool isBroken;

    public static string Trade(long id, long micros, string symbol = "BTCUSDT") => string.Create(CultureInfo.InvariantCulture, $"trade {symbol} {id} {micros}");

    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var words = Encoding.UTF8.GetString(frame).Split(' ');
        isBroken |= words[0] == "bug";
        if (isBroken)
            throw new InvalidOperationException("a bug of the decoder");
        if (words[0] == "ok")
            sink.OnNotice(new() { Kind = NoticeKind.Acknowledged, RequestId = Number(words[1]) });
        else if (words[0] == "trade")
            sink.OnTrade(new()
            {
                Symbol = Encoding.UTF8.GetBytes(words[1]),
                Id = Encoding.UTF8.GetBytes(words[2]),
                Range = SequenceRange.One(Number(words[2])),
                Micros = Number(words[3]),
                Price = "1.5"u8,
                Size = "2"u8,
            });
        else
            throw new JsonException("not a frame of this exchange");
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
