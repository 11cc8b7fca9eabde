"""Make the challenger the champion, and send the old champion to the archive; or reject it."""

import argparse

import mlflow


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-name", default="wine-cultivar")
    parser.add_argument("--reject", action="store_true")
    return parser.parse_args()


def main() -> None:
    args = parsed()
    name = args.model_name
    client = mlflow.MlflowClient()
    version = client.get_model_version_by_alias(name, "challenger").version
    if args.reject:
        client.transition_model_version_stage(name, version, "Archived")
    else:
        client.transition_model_version_stage(
            name, version, "Production", archive_existing_versions=True
        )
        client.set_registered_model_alias(name, "champion", version)
    client.delete_registered_model_alias(name, "challenger")


if __name__ == "__main__":
    main()
