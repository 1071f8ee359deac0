namespace Ingester.Core.Markets;

/// <summary>What is traded in a market.</summary>
internal enum InstrumentType : byte
{
    /// <summary>One asset against another.</summary>
    Spot,

    /// <summary>A contract without expiry.</summary>
    Perpetual,

    /// <summary>A contract with an expiry.</summary>
    Future,

    /// <summary>An option.</summary>
    Option,
}
