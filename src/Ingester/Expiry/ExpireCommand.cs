using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Certifying;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Expiry;
using Ingester.Reading.Objects;
using Ingester.Schemas;

namespace Ingester.Expiry;

/// <summary><c>ingester expire</c>: removes the one-minute objects of days whose export is certified and verified.</summary>
internal static class ExpireCommand
{
    private static readonly Option<DateOnly?> Before = CommonArguments.OptionalDay("The first day that is kept, such as 2026-11-01.", "--before");
    private static readonly Option<bool> OnlyCertified = new("--only-certified") { Description = "Required: only days with a certificate that verifies are removed. There is no other way." };
    private static readonly Option<bool> Apply = new("--apply") { Description = "Remove the objects. Default: print what would be removed." };
    private static readonly Option<string?> To = new("--to") { HelpName = "address", Description = "Where the days were exported to, as for export: a directory or s3://bucket/prefix. Default: the store." };
    private static readonly Option<IExchange[]> Exchanges = CommonArguments.Exchanges();
    private static readonly Option<string[]> Datasets = CommonArguments.Datasets("Datasets to be removed. Default: all.");
    private static readonly TrustOptions Trust = new();
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("expire", """
            Removes the one-minute objects of days whose export is certified and verified. Without --apply it only prints what would be removed.

            A day is removed if its newest certificate verifies with a given key against the exported files that exist now, if the stores still give exactly what is
            certified, and if everything that is stored was there when the day was exported. Days less than 8 days old are refused. Coverage, gaps, snapshots, variants and exports stay; the
            names of the removed objects are written as coverage, so that audit gives the same verdicts as before. export, merge, replay, book, repair and derive of such a day
            then end with exit code 2. An interrupted run is continued by the next one.
            The exit code is 3 when days are kept because something is wrong with them, with a sentence for each reason.

            For example:
                ingester expire --before 2026-11-01 --only-certified --key signing.pub.pem --apply
            """)
        {
            Before, OnlyCertified, Apply, To, Exchanges, Datasets, Json,
        };
        Trust.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var before = ReadBefore(line);
        using var trusted = await Trust.ReadAsync(line, cancel);
        var (settings, prefix, apply) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'), line.GetValue(Apply));
        await StoreFactory.OpenExistingAsync(settings.Store, cancel);
        var recording = settings.Store.Open(TimeProvider.System);
        var exports = line.GetValue(To) is { } to ? (ArchiveOptions.ParseAddress(to, settings.Store).Open(TimeProvider.System), "") : (recording, prefix);
        var certificates = new CertificateStore(exports.Item1, TimeProvider.System);
        var expirer = new DayExpirer(recording, prefix, new(recording, prefix, exports, trusted, TimeProvider.System), TimeProvider.System);
        var (names, datasets) = (line.GetRequiredValue(Exchanges).Select(static exchange => exchange.Profile.Name).ToHashSet(StringComparer.Ordinal), line.GetRequiredValue(Datasets));
        var outcomes = new List<ExpiryOutcome>();
        foreach (var day in await certificates.ListDaysAsync(exports.Item2, before, cancel))
            foreach (var keys in await certificates.ListAsync(exports.Item2, day, cancel))
                if ((names.Count == 0 || names.Contains(keys.Exchange)) && (datasets.Length > 0 ? datasets.Contains(keys.Dataset) : DatasetExpires(keys.Dataset)))
                {
                    outcomes.Add(await expirer.ExpireAsync(keys, apply, cancel));
                    if (!line.GetValue(Json))
                        Write(outcomes[^1]);
                }

        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(JsonModel(before, apply, outcomes), JsonSerializerOptions.Web));
        else
            WriteSummary(before, apply, outcomes);
        return outcomes.Exists(static one => one.State == ExpiryState.Kept) ? ExitCodes.Incomplete : ExitCodes.Succeeded;
    }

    /// <summary>Snapshots have no segments: a certificate of theirs is no reason for exit code 3.</summary>
    private static bool DatasetExpires(string dataset) => dataset != "snapshots";

    private static DateOnly ReadBefore(ParseResult line)
    {
        if (!line.GetValue(OnlyCertified))
            throw new CommandException("Only certified days can be removed: give --only-certified.");
        if (line.GetValue(Before) is not { } before)
            throw new CommandException("--before is required: the first day that is kept.");
        var latest = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(1 - ExpiredIndex.MinAgeDays);
        return before <= latest ? before : throw new CommandException(string.Create(CultureInfo.InvariantCulture,
            $"--before {before:yyyy-MM-dd} includes days less than {ExpiredIndex.MinAgeDays} days old, which may still be repaired. The latest day to give is {latest:yyyy-MM-dd}."));
    }

    private static void Write(ExpiryOutcome outcome)
    {
        if (outcome.State == ExpiryState.RemovedBefore)
            return;
        Console.WriteLine(outcome.State == ExpiryState.Kept
            ? $"{outcome.Keys}: kept"
            : string.Create(CultureInfo.InvariantCulture,
                $"{outcome.Keys}: {(outcome.State == ExpiryState.Removed ? "removed" : "would remove")} {outcome.Segments:N0} objects of {outcome.Streams:N0} markets, {outcome.Bytes:N0} bytes; certificate revision {outcome.Revision}"));
        foreach (var problem in outcome.Problems)
            Console.WriteLine($"  {problem}");
    }

    private static void WriteSummary(DateOnly before, bool apply, List<ExpiryOutcome> outcomes)
    {
        int Count(ExpiryState state) => outcomes.Count(one => one.State == state);
        Console.WriteLine(outcomes.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"No day before {before:yyyy-MM-dd} has a certificate: nothing is removed.")
            : string.Create(CultureInfo.InvariantCulture,
                $"{outcomes.Sum(static one => one.Segments):N0} objects {(apply ? "removed" : "would be removed")}, {outcomes.Sum(static one => one.Bytes):N0} bytes; {Count(ExpiryState.Kept):N0} days of exchanges and datasets are kept, {Count(ExpiryState.RemovedBefore):N0} were removed before.{(apply ? "" : " Give --apply to remove them.")}"));
    }

    private static object JsonModel(DateOnly before, bool apply, List<ExpiryOutcome> outcomes) => new
    {
        Schema = OutputSchema.Expire,
        Before = before,
        Applied = apply,
        Days = outcomes.Select(static one => new
        {
            one.Keys.Exchange,
            one.Keys.Dataset,
            one.Keys.Day,
            State = JsonNamingPolicy.CamelCase.ConvertName(one.State.ToString()),
            one.Revision,
            one.Certificate,
            one.Streams,
            Objects = one.Segments,
            one.Bytes,
            one.Problems,
        }),
        Objects = outcomes.Sum(static one => one.Segments),
        Bytes = outcomes.Sum(static one => one.Bytes),
    };
}
