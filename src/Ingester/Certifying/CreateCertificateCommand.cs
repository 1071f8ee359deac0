using System.CommandLine;
using System.Text.Json;
using Ingester.Commands;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Reading.Objects;
using Ingester.Schemas;
using Ingester.Telemetry.Logs;

namespace Ingester.Certifying;

/// <summary><c>ingester certificate create</c>: certifies the exported files of a day.</summary>
internal static class CreateCertificateCommand
{
    private static readonly CertificateScope Scope = new();
    private static readonly SigningOptions Signing = new();
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<string?> To = new("--to") { Description = "Where the day was exported to, as for export: a directory or s3://bucket/prefix. Default: the store." };
    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("create", """
            Certifies the exported files of a day: one certificate per exchange and dataset.

            The same store gives the same payload. If it has not changed, the existing certificate stays; otherwise the next revision is written, which lists what
            changed. Nothing is replaced. The exit code is 0 when every certified day is available, and 3 when one is degraded, pending or missing.
            """)
        {
            To, Json,
        };
        Scope.AddTo(command);
        Signing.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var signer = await Signing.OpenAsync(line, cancel);
        var (settings, prefix) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'));
        var recording = await StoreFactory.OpenExistingAsync(settings.Store, cancel);
        var (target, exportPrefix) = line.GetValue(To) is { } to ? (ArchiveOptions.ParseAddress(to, settings.Store), "") : (settings.Store, prefix);
        var exports = new CertificateStore(await StoreFactory.OpenForRepairAsync(target, exportPrefix, cancel), TimeProvider.System);
        var day = Scope.Day(line);
        try
        {
            var selected = Scope.Select(line, await new ManifestReader(exports).ListAsync(exportPrefix, day, cancel));
            if (selected.Count == 0)
                throw new CertificateException($"Nothing of {day:yyyy-MM-dd} is exported, so there is nothing to certify. Run ingester export first.");
            var writer = new CertificateWriter(exports, new(recording, prefix, TimeProvider.System), signer, $"ingester {LogIdentity.Version}");
            var written = new List<WrittenCertificate>();
            foreach (var keys in selected)
                await RequireStoredAsync(new(recording, prefix, TimeProvider.System), keys, cancel);
            foreach (var keys in selected)
            {
                written.Add(await writer.WriteAsync(keys, cancel));
                if (!line.GetValue(Json))
                    CertificateText.Write(written[^1]);
            }

            if (line.GetValue(Json))
                Console.WriteLine(JsonSerializer.Serialize(written.Select(JsonModel), JsonSerializerOptions.Web));
            return written.TrueForAll(one => one.Statement.Predicate.Condition == Condition.Available) ? ExitCodes.Succeeded : ExitCodes.Incomplete;
        }
        catch (CertificateException error)
        {
            throw new CommandException(error.Message, error) { ExitCode = ExitCodes.Failed };
        }
    }

    private static Task RequireStoredAsync(ExpiredIndex expired, CertificateKeys keys, CancellationToken cancel)
    {
        var day = new DateTimeOffset(keys.Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return expired.RequireStoredAsync([CommonArguments.ParseDataset(keys.Dataset)], [keys.Exchange], Period.Of(day, day.AddDays(1)), cancel);
    }

    private static object JsonModel(WrittenCertificate written) => new
    {
        Schema = OutputSchema.CertificateCreate,
        written.Keys.Exchange,
        written.Keys.Dataset,
        written.Keys.Day,
        written.Statement.Predicate.Revision,
        written.IsNew,
        Condition = written.Statement.Predicate.Condition.ToString().ToLowerInvariant(),
        written.Digest,
        Key = written.Keys.Envelope(written.Statement.Predicate.Revision),
    };
}
