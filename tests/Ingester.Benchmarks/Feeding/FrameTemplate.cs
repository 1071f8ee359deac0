using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Ingester.Benchmarks.Feeding;

/// <summary>
/// A recorded frame as bytes, in which the market, the ids and the times are replaced each time it is sent. They have a fixed
/// width and are written in place. The field <c>us</c> after the event is the time at which it was sent, in microseconds.
/// </summary>
internal sealed class FrameTemplate
{
    /// <summary>Prefix of a market's name; five digits and <see cref="Quote"/> follow.</summary>
    private const string Base = "M";

    private const string Quote = "USDT";
    private const string Number = "00000";
    private const string Millis = "1000000000000";
    private const string Id = "100000000000";
    private const string Stamp = "1000000000000000";
    private const long Origin = 100_000_000_000; // before the first id, so that all have twelve digits

    private readonly byte[] wire;
    private readonly int[] numbers;
    private readonly int[] times;
    private readonly int[] ids;
    private readonly long span;

    private FrameTemplate(string text, bool isDepth, long span)
    {
        (IsDepth, this.span) = (isDepth, span);
        wire = [.. Header(text.Length), .. Encoding.ASCII.GetBytes(text)];
        var start = wire.Length - text.Length;
        (numbers, times, ids) = (Find(text, Number + Quote.ToLowerInvariant(), Number + Quote), Find(text, $":{Millis},"), Find(text, $":{Id},"));
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] += start;
        for (var i = 0; i < times.Length; i++)
            times[i] += start + 1;
        for (var i = 0; i < ids.Length; i++)
            ids[i] += start + 1;
    }

    /// <summary>True for a diff, false for a trade.</summary>
    public bool IsDepth { get; }

    /// <summary>The exchange's name of a market.</summary>
    public static string Symbol(int market) => $"{Base}{market:00000}{Quote}";

    /// <summary>The name of a stream.</summary>
    public static string Stream(int market, bool isDepth) => Symbol(market).ToLowerInvariant() + (isDepth ? "@depth@100ms" : "@trade");

    /// <summary>Creates a template from a recorded frame.</summary>
    public static FrameTemplate Of(ReadOnlyMemory<byte> frame)
    {
        using var json = JsonDocument.Parse(frame);
        var data = json.RootElement.GetProperty("data");
        string Raw(string name) => data.GetProperty(name).GetRawText();
        var (lower, upper) = (Base.ToLowerInvariant() + Number + Quote.ToLowerInvariant(), Base + Number + Quote);
        if (data.GetProperty("e").ValueEquals("trade"))
            return new($$"""{"stream":"{{lower}}@trade","data":{"e":"trade","E":{{Millis}},"s":"{{upper}}","t":{{Id}},"p":{{Raw("p")}},"q":{{Raw("q")}},"T":{{Millis}},"m":{{Raw("m")}},"M":true},"us":{{Stamp}}}""",
                isDepth: false, span: 1);
        return new($$"""{"stream":"{{lower}}@depth@100ms","data":{"e":"depthUpdate","E":{{Millis}},"s":"{{upper}}","U":{{Id}},"u":{{Id}},"b":{{Raw("b")}},"a":{{Raw("a")}}},"us":{{Stamp}}}""",
            isDepth: true, span: data.GetProperty("u").GetInt64() - data.GetProperty("U").GetInt64() + 1);
    }

    /// <summary>The frame for a market, with the ids that follow its last one; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(int market, ref long last, long micros)
    {
        foreach (var at in numbers)
            Write(wire.AsSpan(at, Number.Length), market);
        foreach (var at in times)
            Write(wire.AsSpan(at, Millis.Length), micros / 1_000);
        var first = Origin + last + 1;
        last += span;
        Write(wire.AsSpan(ids[0], Id.Length), first);
        if (ids.Length > 1)
            Write(wire.AsSpan(ids[1], Id.Length), first + span - 1);
        Write(wire.AsSpan(wire.Length - Stamp.Length - 1, Stamp.Length), micros);
        return wire;
    }

    private static void Write(Span<byte> digits, long value)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            digits[i] = (byte)('0' + digit);
        }
    }

    private static byte[] Header(int length)
    {
        const byte text = 0x81;
        if (length < 126)
            return [text, (byte)length];
        if (length <= ushort.MaxValue)
            return [text, 126, (byte)(length >> 8), (byte)length];
        var header = new byte[10];
        (header[0], header[1]) = (text, 127);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        return header;
    }

    private static int[] Find(string text, params string[] marks) =>
        [.. marks.SelectMany(mark => Enumerable.Range(0, text.Length).Where(at => text.AsSpan(at).StartsWith(mark, StringComparison.Ordinal)))];
}
