namespace Ingester.Paper.Report;

/// <summary>Matches sales with purchases of the same market, first in, first out.</summary>
internal static class TradeMatcher
{
    /// <summary>Matches the fills of one market in the order of their times.</summary>
    /// <exception cref="InvalidOperationException">More is sold than was bought.</exception>
    public static IEnumerable<ClosedTrade> Match(IEnumerable<ReportFill> fills)
    {
        var lots = new Queue<(ReportFill Fill, decimal Left)>();
        foreach (var fill in fills)
        {
            if (fill.IsBuy)
            {
                lots.Enqueue((fill, fill.Size));
                continue;
            }

            for (var rest = fill.Size; rest > 0;)
            {
                if (!lots.TryDequeue(out var lot))
                    throw new InvalidOperationException($"The journal sells {rest} of {fill.Market} that was not bought.");
                var size = Math.Min(rest, lot.Left);
                var result = fill.Notional * size / fill.Size - lot.Fill.Notional * size / lot.Fill.Size - fill.Fee * size / fill.Size - lot.Fill.Fee * size / lot.Fill.Size;
                yield return new(fill.Market, fill.Micros, result, fill.Evidence == "proven" && lot.Fill.Evidence == "proven");
                rest -= size;
                if (lot.Left > size)
                    lots = new([(lot.Fill, lot.Left - size), .. lots]);
            }
        }
    }
}
