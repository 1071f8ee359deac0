using System.Globalization;
using Ingester.Core.Time;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Verification;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Ingester.Telemetry.Logs;
using Spectre.Console;

namespace Ingester.Demo;

/// <summary>Exports what the demo recorded, certifies it with a new key, and verifies the certificates.</summary>
/// <param name="plan">The demo.</param>
/// <param name="console">Receives the summary.</param>
internal sealed class DemoExport(DemoPlan plan, IAnsiConsole console)
{
    /// <summary>Exports each day of a period; returns what went wrong, as sentences.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<string> exchanges, DemoPeriod span, CancellationToken cancel)
    {
        var store = new DirectoryStore(Path.Combine(plan.Folder, "store"), TimeProvider.System);
        var (keyFile, publicFile) = (Path.Combine(plan.Folder, "signing.pem"), Path.Combine(plan.Folder, "signing.pub.pem"));
        KeyPair.Create().Write(keyFile, publicFile);
        using var signer = KeyFileSigner.Open(keyFile);
        using var trusted = new TrustedKeys();
        trusted.AddFile(publicFile);
        var certificates = new CertificateStore(store, TimeProvider.System);
        var writer = new CertificateWriter(certificates, new(store, "", TimeProvider.System), signer, $"ingester {LogIdentity.Version}");
        var problems = new List<string>();
        var table = new Table().Border(TableBorder.Rounded).Title("exported and certified");
        foreach (var heading in new[] { "certificate", "condition", "markets", "events", "proven windows", "gaps of replicas", "open gaps" })
            table.AddColumn(heading);
        for (var day = DayOf(span.Began); day <= DayOf(span.Ended); day = day.AddDays(1))
        {
            problems.AddRange(await ExportAsync(store, exchanges, day, cancel));
            foreach (var keys in await new ManifestReader(certificates).ListAsync("", day, cancel))
            {
                Add(table, await writer.WriteAsync(keys, cancel));
                problems.AddRange((await new CertificateVerifier(certificates, trusted).VerifyAsync(keys, new(), cancel)).Problems);
            }
        }

        console.Write(table);
        console.WriteLine("A day is available only if all its 1,440 minutes are proven; the demo records some minutes of it, so its days are degraded.");
        return problems;
    }

    private static async Task<List<string>> ExportAsync(DirectoryStore store, IReadOnlyList<string> exchanges, DateOnly day, CancellationToken cancel)
    {
        var exporter = new DayExporter(new ArchiveReader(store, ""), new ExportTarget(store, "", TimeProvider.System), new() { Day = day, Exchanges = exchanges });
        var failures = new List<string>();
        await foreach (var outcome in exporter.RunAsync(cancel))
            if (outcome.Failure is { } reason)
                failures.Add($"{outcome.Stream} was not exported: {reason}");
        return failures;
    }

    private static void Add(Table table, WrittenCertificate written)
    {
        var predicate = written.Statement.Predicate;
        table.AddRow(
            Markup.Escape(written.Keys.ToString()),
            predicate.Condition.ToString().ToLowerInvariant(),
            Number(predicate.Streams.Count),
            Number(predicate.Events),
            $"{Number(predicate.Streams.Sum(stream => stream.Windows.Complete + stream.Windows.Quiet))} of {Number(predicate.Streams.Sum(stream => stream.Windows.Complete + stream.Windows.Quiet + stream.Windows.Disputed + stream.Windows.Partial + stream.Windows.Missing))}",
            Number(predicate.Gaps.ReplicaGaps),
            Number(predicate.Streams.Sum(stream => stream.Missing.Count + stream.Open.Count)));
    }

    private static DateOnly DayOf(long micros) => DateOnly.FromDateTime(Micros.ToDateTime(micros));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
