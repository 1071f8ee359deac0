using Ingester.Simulator.Events;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols;

/// <summary>Writes price levels as pairs of strings, the form of most frames and of stored rows.</summary>
internal static class LevelJson
{
    /// <summary>Writes the levels of one side as <c>[["price","size"],…]</c>.</summary>
    public static void WriteLevels(Utf8Builder text, MarketSpec spec, IReadOnlyList<LevelUpdate> updates, bool bids)
    {
        text.Add("["u8);
        for (var i = 0; i < updates.Count; i++)
        {
            if (updates[i].Bid == bids)
                WriteLevel(text, spec, updates[i].Price, updates[i].Size).Add(","u8);
        }

        text.TrimComma().Add("]"u8);
    }

    /// <summary>Writes one level as <c>["price","size"]</c>.</summary>
    public static Utf8Builder WriteLevel(Utf8Builder text, MarketSpec spec, long price, long size) => text
        .Add("[\""u8).Decimal(price, spec.PriceDecimals).Add("\",\""u8).Decimal(size, spec.SizeDecimals).Add("\"]"u8);
}
