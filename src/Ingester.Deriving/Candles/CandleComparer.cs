using System.Globalization;
using System.Numerics;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Candles;

/// <summary>Compares the exchange's candle with the bar of the recorded trades, number by number, and finds the cause of a difference.</summary>
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
            return Result(CandleVerdict.Unknown, CandleCause.NoBar, [], "No bar is stored.");
        if (!bar.IsKnown)
            return Result(CandleVerdict.Unknown, CandleCause.MissingTrades, [], DescribeCondition(bar));
        if (candle is null)
            return bar.Trades == 0
                ? Result(CandleVerdict.Equal, CandleCause.None, [], null)
                : Result(CandleVerdict.Unexplained, CandleCause.Unknown, [], Text($"The exchange returned no candle, although {bar.Trades} trades are recorded."));
        var differences = FindDifferences(candle, bar).ToList();
        IReadOnlyList<string> texts = [.. differences.Select(difference => difference.Text)];
        return differences.Count == 0 ? Result(CandleVerdict.Equal, CandleCause.None, [], null)
            : differences.TrueForAll(difference => difference.IsRounded) ? Result(CandleVerdict.Explained, CandleCause.Rounding, texts, "The candle has fewer decimals: it is rounded.")
            : bar.Condition is DataCondition.Unproven or DataCondition.Disputed ? Result(CandleVerdict.Explained, CandleCause.Unproven, texts, DescribeCondition(bar))
            : Result(CandleVerdict.Unexplained, CandleCause.Unknown, texts, DescribeUnexplained(candle, bar));

        CandleComparison Result(CandleVerdict verdict, CandleCause cause, IReadOnlyList<string> fields, string? explanation) => new(series, startMicros, verdict, cause, fields, explanation);
    }

    /// <summary>Searches for the cause of a difference among the trades of the span.</summary>
    /// <param name="comparison">The comparison of the candle with its bar.</param>
    /// <param name="candle">The candle.</param>
    /// <param name="trades">The trades of the span.</param>
    /// <returns>The comparison with the cause; the same comparison when the trades do not explain it.</returns>
    public CandleComparison Explain(CandleComparison comparison, Candle candle, SpanTrades trades)
    {
        var (cause, text) =
            trades.Excluded > 0 && IsEqual(candle, trades.All)
                ? (CandleCause.OtherTrades, Text($"The candle includes {trades.Excluded:N0} trades outside the order book, such as those of an insurance fund, which the bar excludes."))
            : trades.FirstInBook is { } begun && IsEqual(candle, begun)
                ? (CandleCause.Unfinished, Text($"The candle has the first {begun.Trades:N0} of {trades.InBook.Trades:N0} trades: the exchange had not finished it when it was fetched."))
            : trades.FirstOfAll is { } both && IsEqual(candle, both)
                ? (CandleCause.Unfinished, Text($"The candle has the first {both.Trades:N0} of {trades.All.Trades:N0} trades, with those outside the order book: the exchange had not finished it when it was fetched."))
            : (CandleCause.Unknown, "");
        return cause == CandleCause.Unknown ? comparison : comparison with { Verdict = CandleVerdict.Explained, Cause = cause, Explanation = text };
    }

    /// <summary>Compares the candle that the exchange serves now, if a difference is not explained otherwise.</summary>
    /// <param name="comparison">The comparison of the stored candle.</param>
    /// <param name="stored">The stored candle; null when the exchange had returned none.</param>
    /// <param name="served">The candle that the exchange serves now; null when it serves none.</param>
    /// <param name="bar">The bar.</param>
    /// <returns>The comparison with the cause; the same comparison when the exchange serves the same candle.</returns>
    public CandleComparison Revise(CandleComparison comparison, Candle? stored, Candle? served, Bar bar) =>
        served == stored ? comparison
        : Compare(comparison.StartMicros, served, bar).Verdict == CandleVerdict.Equal
            ? comparison with { Verdict = CandleVerdict.Explained, Cause = CandleCause.Revised, Explanation = "The exchange has revised its candle since it was stored: the one that it serves now equals the bar." }
            : comparison with { Explanation = $"{comparison.Explanation} The exchange has revised its candle since it was stored, and the one that it serves now differs too." };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private bool IsEqual(Candle candle, Bar bar) => FindDifferences(candle, bar).All(difference => difference.IsRounded);

    private static string DescribeCondition(Bar bar)
    {
        var missing = bar.Missing > 0 ? Text($" {bar.Missing} messages are missing.") : "";
        return $"The bar is {bar.Condition.Name()}{(bar.Reason is { } reason ? $": {reason}" : ".")}{missing}";
    }

    private static string DescribeUnexplained(Candle candle, Bar bar) => (candle.Trades - bar.Trades) switch
    {
        < 0 and var fewer when bar.Source == TradesSource => Text($"The candle lacks {-fewer} trades that are recorded; the bar is {bar.Condition.Name()}."),
        > 0 and var more when bar.Source == TradesSource => Text($"The candle has {more} trades that are not recorded, although the bar is {bar.Condition.Name()}."),
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
            yield return new(Text($"trades {count} (bar {bar.Trades})"), IsRounded: false);
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
