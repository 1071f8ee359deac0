using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Certifying;
using Ingester.Commands;
using Ingester.Errors;
using Ingester.Publishing.DataExchange;
using Ingester.Schemas;

namespace Ingester.Publication;

/// <summary><c>ingester publish revoke</c>: withdraws published days from AWS Data Exchange.</summary>
internal static class RevokeCommand
{
    private static readonly Option<string> Comment = CommonArguments.Requiring(
        new Option<string>("--comment") { Description = $"Why, in {RevisionRevoker.MinComment} to {RevisionRevoker.MaxComment} characters. Subscribers read it.", Required = true },
        comment => comment.Length is >= RevisionRevoker.MinComment and <= RevisionRevoker.MaxComment,
        comment => string.Create(CultureInfo.InvariantCulture, $"--comment must have {RevisionRevoker.MinComment} to {RevisionRevoker.MaxComment} characters, and has {comment.Length}."));

    private static readonly Option<bool> Replaced = new("--replaced") { Description = "Only the revisions that a newer one replaced." };
    private static readonly Option<bool> Json = CommonArguments.Json();
    private static readonly CertificateScope Scope = new();
    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("revoke", """
            Withdraws the finalized revisions of a day from AWS Data Exchange. Subscribers lose access to them. This cannot be undone.

            --exchange is required; without --dataset the day of each configured dataset of the exchange is withdrawn. A certificate that was withdrawn is not published
            again; a new revision of it is. The exit code is 1 when a day has no such revision or the service refused.
            """)
        {
            Comment, Replaced, Json,
        };
        Scope.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        if (!Scope.NamesExchanges(line))
            throw new CommandException("Give --exchange: a day is withdrawn from named exchanges only.");
        var (settings, day) = (Archive.ReadSettings(line), Scope.Day(line));
        var sources = DataExchangePublication.SelectSources(settings, all => Scope.SelectSources(line, all));
        using var client = new DataExchangeClient(settings.DataExchange, TimeProvider.System);
        var revoker = new RevisionRevoker(client);
        var (revoked, failures) = (new List<(DataSource Source, string RevisionId, bool IsNew)>(), new List<string>());
        foreach (var source in sources)
            await DataExchangePublication.AttemptAsync(failures, async () =>
            {
                foreach (var (id, isNew) in await revoker.RevokeAsync(source, day, line.GetRequiredValue(Comment), line.GetValue(Replaced), cancel))
                {
                    revoked.Add((source, id, isNew));
                    if (!line.GetValue(Json))
                        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{source.Exchange} {source.Dataset} of {day:yyyy-MM-dd}: revision {id} {(isNew ? "is revoked" : "was revoked before")}"));
                }
            });
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                Schema = OutputSchema.PublishRevoke,
                Day = day,
                Revoked = revoked.Select(static one => new { one.Source.Exchange, one.Source.Dataset, DataSetId = one.Source.DataSet, one.RevisionId, one.IsNew }),
                Failures = failures,
            }, JsonSerializerOptions.Web));
        return failures.Count > 0 ? ExitCodes.Failed : ExitCodes.Succeeded;
    }
}
