using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Playing.AdapterContract;

/// <summary>A symbol of a recording without a market list.</summary>
/// <param name="Symbol">The exchange's own symbol.</param>
/// <param name="Name">The canonical name that follows from the symbol.</param>
internal sealed record ListedSymbol(string Symbol, string Name)
{
    private readonly string[] assets = Name.Split('-');

    /// <summary>The base asset; the symbol when the name has no parts.</summary>
    public string Base => assets[0];

    /// <summary>The quote asset; the base asset when the symbol does not name one.</summary>
    public string Quote => assets.Length > 1 ? assets[1] : assets[0];

    /// <summary>True for a perpetual contract.</summary>
    public bool IsPerpetual => assets[^1] == "PERP";

    /// <summary>True for an option.</summary>
    public bool IsOption => assets[^1] is "C" or "P" && assets.Length > 3;

    /// <summary>True for a contract with a date.</summary>
    public bool IsDated => !IsOption && assets.Length > 2 && assets[^1].Length == 6 && assets[^1].All(char.IsAsciiDigit);

    /// <summary>The name of a symbol by the rule of its exchange.</summary>
    public static ListedSymbol Create(ExchangeProfile profile, string symbol) => new(symbol, profile.Symbols.ToMarket(symbol).Name);
}
