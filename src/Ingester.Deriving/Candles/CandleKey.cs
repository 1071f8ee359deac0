using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Time;

namespace Ingester.Deriving.Candles;

/// <summary>
/// Keys of objects with candles: <c>candles/exchange=…/interval=…/pair=…/year=…/month=…/day={dd}/{first HHmm}_{last HHmm}.json.gz</c>. The name states the starts of the first
/// and the last candle that the object covers; a candle between them that it does not hold was not returned by the exchange.
/// </summary>
internal static class CandleKey
{
    private const string Dataset = "candles";
    private const int TimeDigits = 4;

    /// <summary>The key of an object. The span is within one UTC day.</summary>
    public static string Of(string prefix, CandleSeries series, CandleSpan span) => string.Create(CultureInfo.InvariantCulture,
        $"{Folder(prefix, series)}{Micros.ToDateTime(span.FirstMicros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{Micros.ToDateTime(span.LastMicros):HHmm}{ObjectKey.Extension}");

    /// <summary>The folder that has a folder <c>pair=…</c> for each market, with a slash at its end.</summary>
    public static string Markets(string prefix, string exchange, TimeSpan interval) =>
        $"{ObjectKey.Root(prefix)}{Dataset}/exchange={KeyEncoding.Encode(exchange)}/interval={CandleIntervals.NameOf(interval)}/";

    /// <summary>The folder of a series, with a slash at its end.</summary>
    public static string Folder(string prefix, CandleSeries series) =>
        $"{Markets(prefix, series.Exchange, series.Interval)}pair={KeyEncoding.Encode(series.Market)}/";

    /// <summary>The folder of one month of a series, with a slash at its end.</summary>
    public static string Month(string prefix, CandleSeries series, DateTime month) =>
        string.Create(CultureInfo.InvariantCulture, $"{Folder(prefix, series)}{month:'year='yyyy'/month='MM'/'}");

    /// <summary>The span that a key states; null for a key of another form.</summary>
    public static CandleSpan? ParseSpan(string key)
    {
        var parts = key.Split('/');
        if (parts.Length < 4 || !parts[^1].EndsWith(ObjectKey.Extension, StringComparison.Ordinal) || parts[^1][..^ObjectKey.Extension.Length].Split('_') is not [{ Length: TimeDigits } first, { Length: TimeDigits } last])
            return null;
        var day = parts.AsSpan(parts.Length - 4, 3);
        return (KeyTime.ParseMinute(day, first), KeyTime.ParseMinute(day, last)) is ({ } from, { } to) && to >= from ? new(from, to) : null;
    }
}
