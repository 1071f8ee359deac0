using System.CommandLine;
using System.Text;
using Ingester.Commands;
using Ingester.Errors;
using Ingester.Publishing.Signing;

namespace Ingester.Certifying;

/// <summary><c>ingester certificate show</c>: prints certificates.</summary>
internal static class ShowCertificateCommand
{
    private static readonly ExportLocation Location = new();
    private static readonly Option<bool> Json = CommonArguments.Json("Print the signed payload, one JSON object per line.");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("show", "Prints what the certificates of a day say. It does not verify them.") { Json };
        Location.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var (exports, found) = await Location.FindAsync(line, cancel);
        try
        {
            foreach (var keys in found)
            {
                var revision = line.GetValue(Location.Revision) ?? (await exports.ListRevisionsAsync(keys, cancel))[^1];
                var certificate = await exports.ReadAsync(keys, revision, cancel) ?? throw new CertificateException($"Revision {revision} of the certificate of {keys} is not there.");
                if (line.GetValue(Json))
                    Console.WriteLine(Encoding.UTF8.GetString(certificate.Envelope.Payload));
                else
                    CertificateText.Write(certificate);
            }
        }
        catch (CertificateException error)
        {
            throw new CommandException(error.Message, error) { ExitCode = ExitCodes.Failed };
        }

        return ExitCodes.Succeeded;
    }
}
