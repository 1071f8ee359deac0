using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Tests.Exchanges;

/// <summary>Counts the prices that the tick, and the sizes that the lot, of their market does not divide, by exact arithmetic.</summary>
/// <param name="facts">The facts of the markets, by symbol.</param>
internal sealed class StepSink(IReadOnlyDictionary<string, InstrumentFacts> facts) : IEventSink
{
    private readonly Dictionary<(string, string), bool> known = []; // by step and number

    /// <summary>Number of compared numbers.</summary>
    public long Compared { get; private set; }

    /// <summary>Number of exceptions by kind, and the first one of each: <c>trades size</c>.</summary>
    public SortedDictionary<string, (int Count, string First)> Exceptions { get; } = new(StringComparer.Ordinal);

    public void OnTrade(in TradeEvent trade)
    {
        if (facts.TryGetValue(Encoding.UTF8.GetString(trade.Symbol), out var market))
            Compare(market, trade.IsAggregated ? "agg-trades" : "trades", Encoding.UTF8.GetString(trade.Symbol), Encoding.UTF8.GetString(trade.Price), Encoding.UTF8.GetString(trade.Size));
    }

    public void OnDiff(in DepthEvent diff) => Compare("depth", diff);

    public void OnSnapshot(in DepthEvent book) => Compare("snapshots", book);

    public void OnNotice(in Notice notice)
    {
        // has no numbers
    }

    private void Compare(string dataset, in DepthEvent book)
    {
        var symbol = Encoding.UTF8.GetString(book.Symbol);
        if (!facts.TryGetValue(symbol, out var market))
            return;
        foreach (var levels in new[] { JsonSerializer.Deserialize<string[][]>(book.Bids)!, JsonSerializer.Deserialize<string[][]>(book.Asks)! })
            foreach (var level in levels)
                Compare(market, dataset, symbol, level[0], level[1]);
    }

    private void Compare(InstrumentFacts market, string dataset, string symbol, string price, string size)
    {
        Compare($"{dataset} price", symbol, market.Tick, price);
        Compare($"{dataset} size", symbol, market.Lot, size);
    }

    private void Compare(string kind, string symbol, string? step, string number)
    {
        if (step is null)
            return;
        Compared++;
        if (!known.TryGetValue((step, number), out var divides))
            known.Add((step, number), divides = Divides(step, number));
        if (divides)
            return;
        var (count, first) = Exceptions.GetValueOrDefault(kind);
        Exceptions[kind] = (count + 1, first ?? $"{symbol} {number}, step {step}");
    }

    private static bool Divides(string step, string number)
    {
        var (divisor, dividend) = (Parse(step), Parse(number));
        var scale = Math.Max(divisor.Scale, dividend.Scale);
        return BigInteger.Remainder(dividend.Digits * BigInteger.Pow(10, scale - dividend.Scale), divisor.Digits * BigInteger.Pow(10, scale - divisor.Scale)).IsZero;
    }

    /// <summary>A decimal text, with or without exponent, as an integer and the number of its decimals.</summary>
    private static (BigInteger Digits, int Scale) Parse(string text)
    {
        var exponentAt = text.IndexOfAny(['e', 'E']);
        var exponent = exponentAt < 0 ? 0 : int.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var plain = exponentAt < 0 ? text : text[..exponentAt];
        var point = plain.IndexOf('.', StringComparison.Ordinal);
        var digits = BigInteger.Parse(plain.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var scale = (point < 0 ? 0 : plain.Length - point - 1) - exponent;
        return scale < 0 ? (digits * BigInteger.Pow(10, -scale), 0) : (digits, scale);
    }
}
