using Ingester.Reading;
using Ingester.Reading.Objects;
using Microsoft.Extensions.Logging;

namespace Ingester.Paper.Hosting;

/// <summary>What feeds read from.</summary>
/// <param name="Archive">The recording, as events.</param>
/// <param name="Objects">The recording, as objects.</param>
/// <param name="Http">The client of live streams.</param>
/// <param name="Log">The log.</param>
internal sealed record FeedSources(MarketArchive Archive, ArchiveReader Objects, HttpClient Http, ILogger Log);
