using Ingester.Core.Markets;

namespace Ingester.Simulator.Playing;

/// <summary>A stream as frames name it.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Symbol">The exchange's own symbol.</param>
internal readonly record struct PlayedStream(Dataset Dataset, string Symbol);
