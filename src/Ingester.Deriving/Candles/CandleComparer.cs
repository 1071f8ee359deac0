using System.Globalization;
using System.Numerics;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Candles;

/// <summary>Compares the exchange's candle with the bar of the recorded trades, number by number, and explains a difference by what the bar tells about itself.</summary>
/// <param name="series">The series.</param>
/// <param name="hasBaseVolume">True when volumes of candles are in another unit than the sizes of trades: then they are not compared.</param>
internal sealed class CandleComparer(CandleSeries series, bool hasBaseVolume)
{
    private const string TradesSource = "trades";

    /// <summary>Compares. Both are of the same span.</summary>
    /// <param name="startMicros">Start of the span, microseconds UTC.</param>
    /// <param name="candle">The candle; null when the exchange returned none.</param>
    /// <param name="bar">The bar; null when none is stored.</param>
    /// <exception cref="FormatException">A value of the candle is not a number.</exception>
    public CandleComparison Compare(long startMicros, Candle? candle, Bar? bar)
    {
        if (bar is null)
            return Result(CandleVerdict.Unknown, [], "No bar is stored.");
        if (!bar.IsKnown)
            return Result(CandleVerdict.Unknown, [], DescribeCondition(bar));
        if (candle is null)
            return bar.Trades == 0
                ? Result(CandleVerdict.Equal, [], null)
                : Result(CandleVerdict.Unexplained, [], string.Create(CultureInfo.InvariantCulture, $"The exchange returned no candle, although {bar.Trades} trades are recorded."));
        var differences = FindDifferences(candle, bar).ToList();
        return differences.Count == 0 ? Result(CandleVerdict.Equal, [], null)
            : differences.TrueForAll(difference => difference.IsRounded) ? Result(CandleVerdict.Explained, Texts(differences), "The candle has fewer decimals: it is rounded.")
            : Explain(candle, bar) is { } reason ? Result(CandleVerdict.Explained, Texts(differences), reason)
            : Result(CandleVerdict.Unexplained, Texts(differences), DescribeUnexplained(candle, bar));

        CandleComparison Result(CandleVerdict verdict, IReadOnlyList<string> fields, string? explanation) => new(series, startMicros, verdict, fields, explanation);
    }

    private static IReadOnlyList<string> Texts(IEnumerable<Difference> differences) => [.. differences.Select(difference => difference.Text)];

    private static string DescribeCondition(Bar bar)
    {
        var missing = bar.Missing > 0 ? string.Create(CultureInfo.InvariantCulture, $" {bar.Missing} messages are missing.") : "";
        return $"The bar is {bar.Condition.Name()}{(bar.Reason is { } reason ? $": {reason}" : ".")}{missing}";
    }

    /// <summary>The reason of a difference that the bar states itself; null when it states none.</summary>
    private static string? Explain(Candle candle, Bar bar) =>
        bar.Excluded > 0 && candle.Trades is { } counted && counted == bar.Trades + bar.Excluded
            ? string.Create(CultureInfo.InvariantCulture, $"The candle includes {bar.Excluded} trades outside the order book, such as those of an insurance fund, which the bar excludes.")
        : bar.Condition is DataCondition.Unproven or DataCondition.Disputed ? DescribeCondition(bar)
        : null;

    private static string DescribeUnexplained(Candle candle, Bar bar) => (candle.Trades - bar.Trades) switch
    {
        < 0 and var fewer when bar.Source == TradesSource => string.Create(CultureInfo.InvariantCulture, $"The candle lacks {-fewer} trades that are recorded; the bar is {bar.Condition.Name()}."),
        > 0 and var more when bar.Source == TradesSource => string.Create(CultureInfo.InvariantCulture, $"The candle has {more} trades that are not recorded, although the bar is {bar.Condition.Name()}."),
        _ => $"The bar is {bar.Condition.Name()}.",
    };

    private IEnumerable<Difference> FindDifferences(Candle candle, Bar bar)
    {
        // A candle without trades repeats an earlier price, and a bar without trades has none.
        var prices = bar.Trades == 0 ? [] : new[]
        {
            ("open", candle.Open, bar.Open), ("high", candle.High, bar.High), ("low", candle.Low, bar.Low), ("close", candle.Close, bar.Close),
        };
        foreach (var (name, text, value) in prices)
            if (value is { } price && Compare(name, text, price.Scaled, ExactMath.Scale) is { } differs)
                yield return differs;
        var totals = new (string Name, string? Text, BigInteger Value, int Scale)[]
        {
            ("volume", hasBaseVolume ? null : candle.Volume, bar.Volume, ExactMath.Scale),
            ("quoteVolume", candle.QuoteVolume, bar.QuoteVolume, ExactMath.ProductScale),
            ("buyVolume", hasBaseVolume ? null : candle.BuyVolume, bar.Buys.Volume, ExactMath.Scale),
            ("buyQuoteVolume", candle.BuyQuoteVolume, bar.Buys.QuoteVolume, ExactMath.ProductScale),
        };
        foreach (var (name, text, value, scale) in totals)
            if (text is not null && Compare(name, text, value, scale) is { } differs)
                yield return differs;
        if (bar.Source == TradesSource && candle.Trades is { } count && count != bar.Trades)
            yield return new(string.Create(CultureInfo.InvariantCulture, $"trades {count} (bar {bar.Trades})"), IsRounded: false);
    }

    /// <summary>Compares a text with a number of a scale; null when they are equal. A difference below the last decimal of the text is rounding.</summary>
    private static Difference? Compare(string name, string text, BigInteger value, int scale)
    {
        var number = (BigInteger)ExactDecimal.Parse(text).Scaled * ExactMath.PowerOfTen(scale - ExactMath.Scale);
        if (number == value)
            return null;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 || text.Contains('e', StringComparison.OrdinalIgnoreCase) ? 0 : text.Length - point - 1;
        return new($"{name} {text} (bar {ExactMath.Format(value, scale)})", decimals > 0 && BigInteger.Abs(number - value) < ExactMath.PowerOfTen(scale - decimals));
    }

    private readonly record struct Difference(string Text, bool IsRounded);
}
