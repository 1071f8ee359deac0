namespace Ingester.Core.Sequencing;

/// <summary>Whether two connections that subscribe to the same stream receive the same messages.</summary>
public enum StreamIdentity : byte
{
    /// <summary>Different, or not known: different bytes under an existing key are stored as a variant.</summary>
    PerConnection,

    /// <summary>Measured to be identical: different bytes under an existing key are a divergence.</summary>
    Identical,
}
