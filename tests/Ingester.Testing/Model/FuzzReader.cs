using System.Globalization;
using System.Text.Json;
using Ingester.Testing.Model.PlainReaders;
using Ingester.Testing.Model.PlainReaders.ReaderContract;

namespace Ingester.Testing.Model;

/// <summary>Reads the frames of one connection and stored rows as plain JSON, independently of the decoders.</summary>
/// <param name="exchange">The exchange.</param>
internal sealed class FuzzReader(string exchange)
{
    private readonly IPlainReader reader = PlainReaderCatalog.Open(exchange);

    /// <summary>Reads the events of the next frame of the connection.</summary>
    public FuzzReading Read(byte[] frame)
    {
        using var json = JsonDocument.Parse(frame);
        var reading = new FuzzReading();
        reader.Read(json.RootElement, reading);
        return reading;
    }

    /// <summary>True for a frame that later frames depend on, such as the answer that assigns a channel id.</summary>
    public bool IsOpening(byte[] frame)
    {
        try
        {
            using var json = JsonDocument.Parse(frame);
            return reader.IsOpening(json.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads a stored row. A time that is not the exchange's counts as none; other marks of the time are not part of the content.</summary>
    public static (string Content, long? After, long? UpTo, long Ts, string? Mark) Row(string text)
    {
        using var json = JsonDocument.Parse(text);
        var row = json.RootElement;
        var ts = row.GetProperty("ts").GetInt64();
        var mark = row.TryGetProperty("time", out var time) ? time.GetString() : null;
        var sent = mark is "derived" or "received" ? 0 : ts;
        if (row.TryGetProperty("id", out var id))
        {
            long? upTo = long.TryParse(id.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
            return (PlainValues.Trade(id.GetString()!, sent, row.Sells("side"), row.Digits("price"), row.Digits("size")), upTo - 1, upTo, ts, mark);
        }

        long? after = row.TryGetProperty("after", out var from) ? from.GetInt64() : null;
        long? last = row.TryGetProperty("upto", out var to) ? to.GetInt64() : null;
        return (PlainValues.Diff(sent, after, last, PlainValues.Levels(row.GetProperty("bids")), PlainValues.Levels(row.GetProperty("asks"))), after, last, ts, mark);
    }
}
