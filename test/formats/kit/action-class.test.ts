import { expect, test } from 'vitest'
import { actionOf } from '../../../src/formats/kit/action-class.ts'

/** Tool names as servers ship them: filesystem, github, gitlab, git, slack, gmail, notion, postgres, puppeteer, AgentDojo, … */
const cases: Record<string, string> = {
  read: `read_file read_text_file read_media_file read_multiple_files search_files get_file_info get_file_contents
    search_repositories search_code get_issue get_pull_request_files get_pull_request_status git_status git_diff git_show
    slack_get_channel_history slack_get_thread_replies slack_get_user_profile users.info conversations.history
    search_emails read_email get_emails_by_id download_attachment API-post-search API-get-user notion-fetch notion-search
    query query_database read_query describe_table brave_web_search brave_local_search fetch puppeteer_screenshot
    browser_snapshot browser_navigate maps_geocode_lookup get_current_time convert_time sequentialthinking
    get-library-docs resolve-library-id getJiraIssue searchConfluenceUsingCql kubectl_describe get_balance get_iban
    get_most_recent_transactions get_hotels_prices check_restaurant_opening_hours get_role get_secret email_search
    mcp__github__get_me open_nodes getURLContent weather tavily-extract firecrawl_scrape webSearch`,
  list: `list_directory directory_tree list_allowed_directories list_issues list_commits slack_list_channels
    channels.list list_tables list_labels kubectl_list listDir admin_list_users list_policies list_secrets ls`,
  write: `write_file edit_file create_directory move_file create_or_update_file create_issue update_issue
    add_issue_comment create_pull_request  create_branch fork_repository git_commit frobnicate mcp__acme__zap git_add
    git_checkout slack_add_reaction create_draft draft_email modify_email create_label create_filter notion-create-pages
    notion-update-page API-patch-page API-post-page write_query create_table append_insight puppeteer_click puppeteer_fill
    browser_type create_entities add_observations create_calendar_event reschedule_calendar_event
    append_to_file createJiraIssue find_and_replace search_and_replace getOrCreateUser navigate_and_submit_form editJiraIssue submit_pending_pull_request_review request_review
    add_labels_to_email comment`,
  delete: `delete_file delete_branch delete_entities delete_email batch_delete_emails drop_table cancel_calendar_event
    remove_label git.branch.delete kubectl_delete terminate_instance empty_trash delete_message read_and_delete_message list_and_delete list_and_purge`,
  execute: `execute_command run_command execute_sql run_query puppeteer_evaluate browser_evaluate bash shell
    run_workflow rerun_failed_jobs kubectl_exec trigger_pipeline python_repl invoke_agent transfer_to_billing_agent
    deploy_service call_api fetch_and_execute download_and_run start_process`,
  export: `send_email gmail_send_email GmailSendEmail slack_post_message slack_reply_to_thread chat.postMessage
    conversations_add_message dispatch_email share_file upload_file publish_package send_money schedule_transaction
    update_scheduled_transaction transfer_funds pay_invoice forward_email create_message create_payment push_files reserve_hotel get_and_forward_email parse_and_send
    convert_and_upload lookup_and_wire_transfer create_refund place_order checkout_cart
    send_direct_message send_channel_message post_webpage post_tweet export_csv email_customer`,
  admin: `grant_access invite_user_to_slack add_user_to_role update_permissions set_iam_policy delete_role
    create_api_key update_password reset_password_set add_collaborator create_token put_secret rotate_keys
    remove_member revoke_token provision_user create_webhook reset_password deactivate_user add_user_to_group
    create_access_key update_branch_protection add_ssh_key create_schedule set_config_value`,
  authenticate: 'login logout authenticate signIn log-out oauth_token auth',
  approve: 'approve_request approve_pull_request confirm_order reject_request accept_invitation sign_document',
}

for (const [action, names] of Object.entries(cases)) {
  test.each(names.split(/\s+/))(`%s is ${action}`, (name) => {
    expect(actionOf(name)).toBe(action)
  })
}

test('the table holds more than a hundred names', () => {
  expect(Object.values(cases).flatMap((names) => names.split(/\s+/)).length).toBeGreaterThan(150)
})

test('no hint decides against the name, and none alone', () => {
  expect(actionOf('frobnicate', { readOnlyHint: true })).toBe('read')
  expect(actionOf('frobnicate', { readOnlyHint: false })).toBe('write')
  expect(actionOf('frobnicate', { destructiveHint: true })).toBe('write')
  expect(actionOf('update_record', { destructiveHint: true })).toBe('write')
  expect(actionOf('write_file', { destructiveHint: true })).toBe('write')
  expect(actionOf('get_and_sweep', { readOnlyHint: false })).toBe('write')
  expect(actionOf('delete_everything', { readOnlyHint: true })).toBe('delete')
  expect(actionOf('send_email', { readOnlyHint: true, openWorldHint: false })).toBe('export')
})

test('any text is answered', () => {
  for (const odd of ['', ' ', '___', '💥', '\ud800', 'x'.repeat(100_000)]) expect(actionOf(odd)).toBe('write')
})
