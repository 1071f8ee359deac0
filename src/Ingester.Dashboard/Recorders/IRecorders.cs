using Ingester.Core.Status;

namespace Ingester.Dashboard.Recorders;

/// <summary>The state of all recorders, read once a second for all viewers together. Thread-safe.</summary>
internal interface IRecorders
{
    /// <summary>What is known of each recorder, in the order of the command line. A new list after each change.</summary>
    IReadOnlyList<RecorderView> Views { get; }

    /// <summary>Raised after <see cref="Views"/> has changed, on any thread.</summary>
    event Action? Changed;

    /// <summary>The present view of each market of an exchange, from the first recorder that answers. Answers are shared by all viewers for a few seconds.</summary>
    /// <param name="exchange">The exchange; null for all.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="Stores.DashboardFault">No recorder is given, or none answers.</exception>
    Task<IReadOnlyList<LiveMarket>> ReadMarketsAsync(string? exchange, CancellationToken cancellation);
}
