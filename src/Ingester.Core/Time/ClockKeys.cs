namespace Ingester.Core.Time;

/// <summary>Keys of the clocks among the services. The <see cref="TimeProvider"/> without a key is the machine's clock.</summary>
internal static class ClockKeys
{
    /// <summary>The clock for times in written data, which may be simulated.</summary>
    public const string Data = "data";
}
