using System.CommandLine;
using Ingester.Commands;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Publishing.Certificates;

namespace Ingester.Certifying;

/// <summary>The certificates that a command reads, in the store that holds the exported files.</summary>
internal sealed class ExportLocation
{
    private readonly CertificateScope scope = new();
    private readonly ArchiveOptions archive = new();

    /// <summary>Number of the revision; null for the newest.</summary>
    public Option<int?> Revision { get; } = CommonArguments.Requiring(
        new Option<int?>("--revision") { Description = "The revision. Default: the newest." },
        revision => revision >= 1,
        _ => "--revision must be at least 1.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        scope.AddTo(command);
        command.Add(Revision);
        archive.AddTo(command);
    }

    /// <summary>Opens the store and finds the certificates.</summary>
    /// <exception cref="CommandException">The store cannot be opened, or there is no certificate.</exception>
    public async Task<(CertificateStore Exports, IReadOnlyList<CertificateKeys> Found)> FindAsync(ParseResult line, CancellationToken cancel)
    {
        var exports = new CertificateStore(await StoreFactory.OpenExistingAsync(archive.ReadSettings(line).Store, cancel), TimeProvider.System);
        var found = scope.Select(line, await exports.ListAsync(archive.Prefix(line).Trim('/'), scope.Day(line), cancel));
        return found.Count > 0 ? (exports, found) : throw new CommandException($"There is no certificate of {scope.Day(line):yyyy-MM-dd}.") { ExitCode = ExitCodes.Failed };
    }
}
