using System.CommandLine;
using System.Globalization;
using Ingester.Errors;
using Ingester.Publishing.Witnesses;

namespace Ingester.Nightly;

/// <summary>The options of the steps, and the steps that they make.</summary>
internal sealed class NightlyOptions
{
    private readonly Option<FileInfo?> key = new("--key") { Description = "The private key of the certificates. Its public key must be in the same folder: signing.pub.pem for signing.pem, as 'ingester certificate key' makes them." };
    private readonly Option<string?> kms = new("--kms") { Description = "Instead of --key: id, ARN or alias of an asymmetric AWS KMS key." };
    private readonly Option<string[]> against = new("--against") { HelpName = "family", Description = "Also compare with the exchange's own files, as for verify; can be repeated. They usually appear some hours after the day.", DefaultValueFactory = _ => [] };
    private readonly Option<string?> mirror = new("--archive") { HelpName = "url", Description = "Another address of these files, as for verify." };
    private readonly Option<string?> to = new("--to") { HelpName = "address", Description = "Where the day is published, as for publish. Default: it is not published." };
    private readonly Option<int?> keepDays = new("--keep-days") { Description = "Remove published days that are older, as for publish." };
    private readonly Option<bool> offline = new("--offline") { Description = "Send no requests to exchanges while repairing." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { key, kms, against, mirror, to, keepDays, offline })
            command.Add(option);
    }

    /// <summary>The steps of a day.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="day">The day.</param>
    /// <param name="archive">The options of the store, which all steps have.</param>
    /// <param name="exchanges">The exchanges; empty for all.</param>
    /// <exception cref="CommandException">Options are missing or contradict each other.</exception>
    public IReadOnlyList<NightlyStep> Plan(ParseResult line, DateOnly day, IReadOnlyList<string> archive, IReadOnlyList<string> exchanges)
    {
        string[] store = [.. archive, .. Names(exchanges)];
        var (date, next) = (Text(day), Text(day.AddDays(1)));
        var (signing, trusting) = Keys(line);
        if (line.GetValue(keepDays) is not null && line.GetValue(to) is null)
            throw new CommandException("--keep-days requires --to.");
        var witnesses = line.GetRequiredValue(against);
        foreach (var family in witnesses)
            if (exchanges.Count > 0 && !exchanges.Any(name => Publishes(family, name)))
                throw new CommandException($"{family} publishes no files of {string.Join(", ", exchanges)}.");
        string[] files = line.GetValue(mirror) is { } address ? ["--archive", address] : [];
        var keep = line.GetValue(keepDays) is { } days ? new[] { "--keep-days", days.ToString(CultureInfo.InvariantCulture) } : [];
        return
        [
            new("repair", ["repair", "--from", date, "--to", next, .. line.GetValue(offline) ? ["--offline"] : Array.Empty<string>(), .. store]) { IsRequired = false },
            new("export", ["export", "--date", date, .. store]),
            new("certificate", ["certificate", "create", "--date", date, .. signing, .. store]),
            new("certificate verify", ["certificate", "verify", "--date", date, .. trusting, .. store]),
            .. witnesses.Select(family => new NightlyStep($"verify {family}", ["verify", "--against", family, "--date", date, .. files, .. signing, .. archive, .. Names(exchanges.Where(name => Publishes(family, name)))])),
            .. line.GetValue(to) is { } place ? [new NightlyStep("publish", ["publish", "--date", date, "--to", place, .. keep, .. store])] : Array.Empty<NightlyStep>(),
        ];
    }

    private static IEnumerable<string> Names(IEnumerable<string> exchanges) => exchanges.SelectMany(static name => new[] { "--exchange", name });

    private static bool Publishes(string family, string exchange) => ArchiveLayouts.Of(family).Any(layout => layout.Exchange == exchange);

    private (string[] Signing, string[] Trusting) Keys(ParseResult line)
    {
        switch ((line.GetValue(key), line.GetValue(kms)))
        {
            case (null, { } name):
                return (["--kms", name], ["--kms", name]);
            case ({ } file, null):
                var trusted = Path.ChangeExtension(file.FullName, ".pub.pem");
                return File.Exists(trusted) ? (["--key", file.FullName], ["--key", trusted]) : throw new CommandException($"{trusted} does not exist: the public key that the new certificates are verified with.");
            case (null, null):
                throw new CommandException("A key is required: --key FILE or --kms KEY.");
            default:
                throw new CommandException("--key and --kms cannot be combined.");
        }
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
