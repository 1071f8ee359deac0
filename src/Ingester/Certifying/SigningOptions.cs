using System.CommandLine;
using Ingester.Errors;
using Ingester.Publishing.Signing;

namespace Ingester.Certifying;

/// <summary>The private key of a command.</summary>
internal sealed class SigningOptions
{
    private readonly Option<FileInfo?> key = new("--key") { Description = "The private key: a PEM file with an EC key on the curve P-256. 'ingester certificate key' makes one." };
    private readonly Option<string?> kms = new("--kms") { Description = "Instead of --key: id, ARN or alias of an asymmetric AWS KMS key (ECC_NIST_P256, SIGN_VERIFY)." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(key);
        command.Add(kms);
    }

    /// <summary>Opens the key; null if no option is given.</summary>
    /// <exception cref="CommandException">Both options are given, or the key is not usable.</exception>
    public async Task<ICertificateSigner?> OpenIfGivenAsync(ParseResult line, CancellationToken cancel) =>
        line.GetValue(key) is null && line.GetValue(kms) is null ? null : await OpenAsync(line, cancel);

    /// <summary>Opens the key.</summary>
    /// <exception cref="CommandException">Neither or both options are given, or the key is not usable.</exception>
    public async Task<ICertificateSigner> OpenAsync(ParseResult line, CancellationToken cancel)
    {
        try
        {
            return (line.GetValue(key), line.GetValue(kms)) switch
            {
                ({ } file, null) => KeyFileSigner.Open(file.FullName),
                (null, { } name) => await KmsSigner.OpenAsync(name, cancel),
                (null, null) => throw new CommandException("A key is required: --key FILE or --kms KEY."),
                _ => throw new CommandException("--key and --kms cannot be combined."),
            };
        }
        catch (CertificateException error)
        {
            throw new CommandException(error.Message, error);
        }
    }
}
