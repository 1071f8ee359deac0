using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>A book as a client keeps it, with the digits of the wire.</summary>
internal sealed class RebuiltBook
{
    private readonly SortedDictionary<decimal, (string Price, string Size)> bids = new(Comparer<decimal>.Create((a, b) => b.CompareTo(a)));
    private readonly SortedDictionary<decimal, (string Price, string Size)> asks = [];

    public void Set(bool bid, string price, string size)
    {
        var side = bid ? bids : asks;
        if (decimal.Parse(size, CultureInfo.InvariantCulture) == 0)
            side.Remove(decimal.Parse(price, CultureInfo.InvariantCulture));
        else
            side[decimal.Parse(price, CultureInfo.InvariantCulture)] = (price, size);
    }

    /// <summary>Levels as <c>[["price","size"],…]</c>.</summary>
    public void SetPairs(bool bid, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
            Set(bid, level[0].GetString()!, level[1].GetString()!);
    }

    /// <summary>Levels as <c>[{"price":1.0,"qty":2.0},…]</c>.</summary>
    public void SetNumbers(bool bid, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
            Set(bid, level.GetProperty("price").GetRawText(), level.GetProperty("qty").GetRawText());
    }

    public void CutTo(int depth)
    {
        foreach (var side in new[] { bids, asks })
            foreach (var price in side.Keys.Skip(depth).ToList())
                side.Remove(price);
    }

    /// <summary>Kraken's rule: ten asks ascending, ten bids descending, digits without the point and leading zeros.</summary>
    public uint Checksum()
    {
        var digits = new StringBuilder();
        foreach (var (price, size) in asks.Values.Take(10).Concat(bids.Values.Take(10)))
            digits.Append(price.Replace(".", "").TrimStart('0')).Append(size.Replace(".", "").TrimStart('0'));
        var crc = uint.MaxValue;
        foreach (var octet in Encoding.ASCII.GetBytes(digits.ToString()))
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ (crc >> 1);
        }

        return ~crc;
    }

    public override string ToString() => $"{string.Join(' ', bids.Values)} | {string.Join(' ', asks.Values)}";
}
