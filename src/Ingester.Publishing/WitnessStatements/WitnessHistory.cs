using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Witnesses;

namespace Ingester.Publishing.WitnessStatements;

/// <summary>Finds what earlier statements say of the files of a day, because exchanges replace files without notice.</summary>
/// <param name="exports">The store of the statements.</param>
/// <param name="prefix">The prefix of all keys.</param>
internal sealed class WitnessHistory(CertificateStore exports, string prefix)
{
    private readonly Dictionary<(StreamId Stream, DateOnly Day), IReadOnlyList<EarlierWitness>> known = [];

    /// <summary>Adds what an earlier statement says of another file of the same market and day, if there is one.</summary>
    /// <exception cref="CertificateException">A statement is not readable.</exception>
    public async Task<WitnessReport> CompleteAsync(WitnessReport report, CancellationToken cancellation)
    {
        if (report.Sha256 is null)
            return report;
        var group = (report.Stream with { Market = "" }, report.Day);
        if (!known.TryGetValue(group, out var earlier))
            known.Add(group, earlier = await ReadAsync(report.Stream, report.Day, cancellation));
        var own = earlier.Where(one => one.Pair == report.Stream.Market && one.Sha256 is not null).ToList();
        var previous = own.Where(one => one.Sha256 != report.Sha256 && !(one.LastModified > report.LastModified))
            .OrderBy(one => one.LastModified ?? DateTimeOffset.MinValue).ThenBy(one => one.Statement, StringComparer.Ordinal).LastOrDefault();
        return report with { Earlier = previous, IsReplaced = previous is not null && own.TrueForAll(one => one.Sha256 != report.Sha256) };
    }

    private async Task<IReadOnlyList<EarlierWitness>> ReadAsync(StreamId stream, DateOnly day, CancellationToken cancellation)
    {
        var found = new List<EarlierWitness>();
        await foreach (var listed in exports.Objects.ListAsync(WitnessWriter.KeyStart(prefix, stream.Exchange, stream.Dataset, day), cancellation))
        {
            if (await exports.ReadAsync(listed.Key, cancellation) is not { } bytes)
                continue;
            try
            {
                using var statement = JsonDocument.Parse(Envelope.Parse(bytes).Payload);
                foreach (var market in statement.RootElement.GetProperty("predicate").GetProperty("streams").EnumerateArray())
                    found.Add(new(
                        listed.Key,
                        market.GetProperty("pair").GetString()!,
                        market.GetProperty("sha256").GetString(),
                        market.GetProperty("lastModified") is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null,
                        market.GetProperty("verdict").GetString()!));
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new CertificateException($"{listed.Key} is not a witness statement: {error.Message}", error);
            }
        }

        return found;
    }
}
