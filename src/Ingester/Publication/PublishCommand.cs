using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Certifying;
using Ingester.Commands;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Publication;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Schemas;

namespace Ingester.Publication;

/// <summary><c>ingester publish</c>: makes certified days visible to readers, each as a whole.</summary>
internal static class PublishCommand
{
    private static readonly CertificateScope Scope = new();
    private static readonly ArchiveOptions Archive = new();
    private const string DataExchange = "dataexchange";

    private static readonly Option<string> To = new("--to") { HelpName = "address", Description = "Where readers look: a directory, s3://bucket/prefix, or dataexchange for AWS Data Exchange.", Required = true };
    private static readonly Option<int?> KeepDays = CommonArguments.Requiring(
        new Option<int?>("--keep-days") { Description = "Remove published days that are more than this many days before --date. Default: none." }, days => days >= 1, _ => "--keep-days must be at least 1.");
    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("publish", """
            Publishes the certified files of a day into a directory or a bucket, one manifest per exchange and dataset, or as revisions of AWS Data Exchange.

            The files are copied first, and then the manifest is replaced in one step: a reader that begins with the manifest sees a whole day or none, also while this runs
            and after it was interrupted. A day that is published already is left alone; a new revision of its certificate replaces it.

            With --to dataexchange the store is the bucket from which the files are imported, and Ingester:DataExchange:DataSets names the data set of each exchange and dataset.
            A revision is finalized when it has every file; an interrupted publication continues at its next run. The subcommand revoke withdraws a day.

            The exit code is 0 when every published day is available, 3 when one is degraded, and 1 when one could not be published.
            """)
        {
            To, KeepDays, Json, RevokeCommand.Create(),
        };
        Scope.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var (settings, prefix, day) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'), Scope.Day(line));
        if (line.GetRequiredValue(To) == DataExchange)
            return line.GetValue(KeepDays) is null
                ? await DataExchangePublication.RunAsync(settings, prefix, day, sources => Scope.SelectSources(line, sources), line.GetValue(Json), cancel)
                : throw new CommandException("--keep-days removes published copies from a directory or a bucket. AWS Data Exchange keeps revisions; ingester publish revoke withdraws one.");
        var exports = new CertificateStore(await StoreFactory.OpenExistingAsync(settings.Store, cancel), TimeProvider.System);
        var target = ArchiveOptions.ParseAddress(line.GetRequiredValue(To), settings.Store).Open(TimeProvider.System);
        var publisher = new DayPublisher(exports, target, TimeProvider.System);
        var selected = Scope.Select(line, await exports.ListAsync(prefix, day, cancel));
        if (selected.Count == 0)
            throw new CommandException($"There is no certificate of {day:yyyy-MM-dd}, so there is nothing to publish.") { ExitCode = ExitCodes.Failed };
        using var work = new WorkFolder();
        var (outcomes, failures) = (new List<PublishOutcome>(), new List<string>());
        foreach (var keys in selected)
            try
            {
                outcomes.Add(await publisher.PublishAsync(keys, work, cancel));
                if (!line.GetValue(Json))
                    Console.WriteLine(Describe(keys, outcomes[^1]));
            }
            catch (Exception error) when (error is PublishException or CertificateException)
            {
                failures.Add(error.Message);
                await Console.Error.WriteLineAsync(error.Message);
            }

        var removed = line.GetValue(KeepDays) is { } days ? await publisher.RemoveBeforeAsync(day.AddDays(-days), cancel) : 0;
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(new { Schema = OutputSchema.Publish, Day = day, Published = outcomes.Select(JsonModel), Failures = failures, Removed = removed }, JsonSerializerOptions.Web));
        else if (removed > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Removed {removed} days before {day.AddDays(-line.GetValue(KeepDays)!.Value):yyyy-MM-dd}."));
        return failures.Count > 0 ? ExitCodes.Failed : outcomes.TrueForAll(one => one.Condition == Condition.Available) ? ExitCodes.Succeeded : ExitCodes.Incomplete;
    }

    private static string Describe(CertificateKeys keys, PublishOutcome outcome) => string.Create(CultureInfo.InvariantCulture,
        $"{keys}: {(outcome.IsNew ? "published" : "already published")}, revision {outcome.Revision}{(outcome.IsNew && outcome.Replaced is { } old ? $" instead of {old}" : "")}, {outcome.Condition.ToString().ToLowerInvariant()}, {outcome.Files:N0} files");

    private static object JsonModel(PublishOutcome outcome) => new
    {
        outcome.Exchange,
        outcome.Dataset,
        outcome.Revision,
        Condition = outcome.Condition.ToString().ToLowerInvariant(),
        outcome.Files,
        outcome.IsNew,
        outcome.Replaced,
    };
}
