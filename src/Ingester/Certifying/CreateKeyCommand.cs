using System.CommandLine;
using Ingester.Errors;
using Ingester.Publishing.Signing;

namespace Ingester.Certifying;

/// <summary><c>ingester certificate key</c>: makes a key pair.</summary>
internal static class CreateKeyCommand
{
    private static readonly Argument<FileInfo> File = new("FILE") { Description = "The new file of the private key, such as signing.pem. The public key is stored next to it, as signing.pub.pem." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("key", """
            Creates a key pair for certificates (ECDSA, curve P-256) and prints its id: the SHA-256 of the SubjectPublicKeyInfo.

            The private key is not encrypted; only its owner can read the file. Existing files are not replaced.
            """)
        {
            File,
        };
        command.SetAction(line =>
        {
            var path = line.GetRequiredValue(File).FullName;
            var publicPath = Path.ChangeExtension(path, ".pub.pem");
            var pair = KeyPair.Create();
            try
            {
                pair.Write(path, publicPath);
            }
            catch (CertificateException error)
            {
                throw new CommandException(error.Message, error);
            }

            Console.WriteLine($"private key  {path}");
            Console.WriteLine($"public key   {publicPath}");
            Console.WriteLine($"key id       {pair.KeyId}");
            return ExitCodes.Succeeded;
        });
        return command;
    }
}
